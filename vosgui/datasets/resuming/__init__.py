"""Work that is begun again goes on: folders that grow, and what was written before."""
