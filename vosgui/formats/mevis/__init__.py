"""MeViS: masks in one JSON, expressions about several objects in another."""
