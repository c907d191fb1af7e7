resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'covestore'
  location: 'westeurope'
  sku: { name: 'Standard_ZRS' }
  kind: 'StorageV2'
  properties: {
    allowBlobPublicAccess: true
  }

  resource blobs 'blobServices' = {
    name: 'default'
  }
}
