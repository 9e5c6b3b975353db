"""Trees of mask images: where their clips, frames and masks lie, and what readers rely on."""
