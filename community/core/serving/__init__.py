"""What stands between the web server and Django: the front, the media files, the thread beside them."""
