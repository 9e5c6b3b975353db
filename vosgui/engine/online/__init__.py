"""Online fine-tuning: a network learns one clip from what is given in it."""
