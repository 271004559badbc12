"""Check and triage on one screen: what needs a decision of the coordinating office, one by one."""
