"""What has to be installed: system packages, Python environments, a browser for the tests."""
