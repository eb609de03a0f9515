"""The files of a site (site, zones, policy, calibration, speakers) to values of the core."""
