// Later.
param location string
