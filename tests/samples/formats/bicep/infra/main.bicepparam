using 'main.bicep'
param ha = 'ZoneRedundant'
