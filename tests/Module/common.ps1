# Dot-sourced by every suite: the packaged module, and the cluster that the suite may use as it likes.
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$repository = Split-Path (Split-Path $PSScriptRoot)
Import-Module (Join-Path $repository 'output/EphemeralDebug/EphemeralDebug.psd1') -Force

$KubeConfig = $env:EPHEMERALDEBUG_SANDBOX_KUBECONFIG
if (-not $KubeConfig) {
    throw 'EPHEMERALDEBUG_SANDBOX_KUBECONFIG names no kubeconfig. Run the suites through dotnet test, or start a cluster with: dotnet run --project src/EphemeralDebug.Sandbox -- serve --kubeconfig FILE'
}

# The error that a script block ends with or writes, whichever comes first.
function Get-Failure([scriptblock] $Script) {
    $failures = $null
    try {
        & $Script -ErrorVariable failures 2>$null | Out-Null
    }
    catch {
        return $_
    }

    throw 'No error was written.'
}

# A file in the suite's own folder.
function New-TestFile([string] $Name, [string] $Content) {
    $path = Join-Path $TestDrive $Name
    Set-Content -LiteralPath $path -Value $Content -NoNewline
    $path
}

# Creates an object in the cluster as its administrator, past the module.
function New-ClusterObject([string] $Path, [hashtable] $Object) {
    $text = Get-Content -LiteralPath $KubeConfig -Raw
    $pem = foreach ($name in 'client-certificate-data', 'client-key-data') {
        [Text.Encoding]::ASCII.GetString([Convert]::FromBase64String([regex]::Match($text, "$name`: *`"?([A-Za-z0-9+/=]+)").Groups[1].Value))
    }
    # Windows signs with no key that has never been in a store's form.
    $certificate = [Security.Cryptography.X509Certificates.X509CertificateLoader]::LoadPkcs12(
        [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem($pem[0], $pem[1]).Export('Pfx'), $null)
    $server = [regex]::Match($text, 'server: *"?([^"\s]+)').Groups[1].Value
    $null = Invoke-RestMethod "$server/$Path" -Method Post -Certificate $certificate -SkipCertificateCheck -ContentType application/json -Body ($Object | ConvertTo-Json -Depth 20)
}

# A namespace of its own with the labels, and in it a pod named web that runs the containers.
function New-ClusterPod([string] $Namespace, [hashtable] $Spec, [hashtable] $Labels = @{}, [hashtable] $Annotations = @{}) {
    New-ClusterObject api/v1/namespaces @{ metadata = @{ name = $Namespace; labels = $Labels } }
    $Spec.terminationGracePeriodSeconds = 1
    New-ClusterObject "api/v1/namespaces/$Namespace/pods" @{ metadata = @{ name = 'web'; annotations = $Annotations }; spec = $Spec }
}
