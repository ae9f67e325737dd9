"""What verdicts are worth: a company unlike the released model's world, and its reviewers."""
