"""The second step of a sign-in: a code of an app on the person's phone, or one on paper."""
