"""J, F and AP as the field counts them, which frames count, and reports of them."""
