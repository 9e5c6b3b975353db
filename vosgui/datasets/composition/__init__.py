"""What a dataset is made of, counted, and how its videos are shared out for training and tests."""
