"""How the window looks: theme, icons, panels, bars and boxes."""
