"""YouTube-VOS and Refer-YouTube-VOS."""
