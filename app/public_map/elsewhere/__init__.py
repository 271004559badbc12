"""What leaves our pages: feeds, frames in other sites, pictures and files to keep."""
