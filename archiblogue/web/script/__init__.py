"""The script that `archiblogue serve` gives to Streamlit, alone in a folder: that folder goes
onto `sys.path`, and no other module may be found there."""
