"""Training the model of likely categories, away from the web process.

Only `fit` and `trials` import scikit-learn (requirements-train.txt), and nothing imports them
before the command runs.
"""
