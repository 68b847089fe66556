"""The controlled experiment: the same model trained under two label sets, judged on trusted labels."""
