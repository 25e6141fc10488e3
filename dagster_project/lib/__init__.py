"""The code behind the definitions; nothing in here defines an asset, a job or a schedule."""
