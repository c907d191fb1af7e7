param location string = resourceGroup().location
param ha string

module store 'store.bicep' = {
  name: 'store'
}

module shared 'br:cove.example.com/bicep/shared:v1' = {
  name: 'shared'
}

resource database 'Microsoft.DBforPostgreSQL/flexibleServers@2023-03-01-preview' = {
  name: 'cove'
  location: location
  properties: {
    backup: {
      backupRetentionDays: 14
    }
    highAvailability: {
      mode: ha
    }
  }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: 'cove-vault'
}

// resource bus 'Microsoft.ServiceBus/namespaces@2022-10-01-preview' = { name: 'bus' }
