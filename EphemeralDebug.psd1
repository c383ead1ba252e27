@{
    RootModule             = 'EphemeralDebug.dll'
    ModuleVersion          = '0.1.0'
    GUID                   = '6f3f0c52-2d5c-4f0e-9d5b-7f1f6a0c9b6e'
    Author                 = 'The EphemeralDebug authors'
    CompanyName            = 'EphemeralDebug'
    Copyright              = '(c) 2026 The EphemeralDebug authors. MIT licence.'
    Description            = 'Debugs running Kubernetes pods with ephemeral containers: objects in the pipeline, one session for all cmdlets, and a remote shell in this terminal.'
    PowerShellVersion      = '7.6'
    CompatiblePSEditions   = @('Core')
    FormatsToProcess       = @('EphemeralDebug.Format.ps1xml')
    CmdletsToExport        = @(
        'Connect-EphemeralCluster'
        'ConvertTo-EphemeralManifest'
        'Disconnect-EphemeralCluster'
        'Enter-EphemeralContainer'
        'Get-EphemeralCluster'
        'Get-EphemeralContainer'
        'Get-EphemeralContainerLog'
        'Get-EphemeralDebugPod'
        'Get-EphemeralPortForward'
        'Get-EphemeralProcess'
        'Import-EphemeralManifest'
        'Invoke-EphemeralCommand'
        'New-EphemeralContainer'
        'New-EphemeralDebugPod'
        'New-EphemeralPortForward'
        'Remove-EphemeralDebugPod'
        'Remove-EphemeralPortForward'
        'Set-EphemeralFeatureGate'
        'Stop-EphemeralContainer'
        'Test-EphemeralCluster'
        'Wait-EphemeralContainer'
    )
    FunctionsToExport      = @()
    AliasesToExport        = @()
    VariablesToExport      = @()
    PrivateData            = @{
        PSData = @{
            Tags         = @('Kubernetes', 'kubectl', 'debug', 'ephemeral', 'container', 'pod', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://opensource.org/license/mit'
            ReleaseNotes = 'See CHANGELOG.md.'
        }
    }
}
