"""Local stand-ins for Clockify and Google Sheets: real HTTP servers on the loopback interface."""
