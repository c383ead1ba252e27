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
