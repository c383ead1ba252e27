#Requires -Version 7.6
<#
.SYNOPSIS
Goes through what only a real Windows can show (docs/windows.md), and records the result.
#>
[CmdletBinding()]
param([string]$OutputPath = (Join-Path $PSScriptRoot '../../output/windows-checklist.json'))

$ErrorActionPreference = 'Stop'
$root = Resolve-Path (Join-Path $PSScriptRoot '../..')
$results = [System.Collections.Generic.List[object]]::new()

function Add-Result([string]$Check, [bool]$Passed, [string]$Note = '') {
    $results.Add([ordered]@{ Check = $Check; Passed = $Passed; Note = $Note })
    Write-Host ('{0} {1}' -f ($Passed ? 'passed' : 'FAILED'), $Check)
}

function Read-Answer([string]$Check, [string]$Steps) {
    Write-Host "`n$Check" -ForegroundColor Cyan
    Write-Host $Steps
    $answer = Read-Host 'Did it (y, or what happened instead)'
    Add-Result $Check ($answer -eq 'y') ($answer -eq 'y' ? '' : $answer)
}

if (-not $IsWindows) {
    throw 'This checklist is about Windows.'
}

$folder = New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid()))
$kubeConfig = Join-Path $folder 'kubeconfig'
$program = Join-Path $root 'src/EphemeralDebug.Sandbox/bin/Debug/net10.0/EphemeralDebug.Sandbox.dll'
$sandbox = Start-Process dotnet -ArgumentList "`"$program`" serve --kubeconfig `"$kubeConfig`"" -PassThru -WindowStyle Hidden
try {
    while (-not (Test-Path $kubeConfig) -and -not $sandbox.HasExited) {
        Start-Sleep -Milliseconds 200
    }

    Import-Module (Join-Path $root 'output/EphemeralDebug')
    $env:EPHEMERALDEBUG_SANDBOX_KUBECONFIG = $kubeConfig
    if (Get-Module Pester -ListAvailable | Where-Object Version -GE 5.0) {
        $pester = Invoke-Pester (Join-Path $root 'tests/Module') -PassThru -Output Normal
        Add-Result 'Pester' ($pester.FailedCount -eq 0) "$($pester.PassedCount) passed, $($pester.FailedCount) failed"
    }
    else {
        Add-Result 'Pester' $false 'Pester 5 is not installed.'
    }

    $cluster = Connect-EphemeralCluster -KubeConfig $kubeConfig
    Add-Result 'Client certificate' ($cluster.Authentication -eq 'client certificate') $cluster.Authentication

    $steps = "In another window: Import-Module '$(Join-Path $root 'output/EphemeralDebug')'; Connect-EphemeralCluster -KubeConfig '$kubeConfig'; Enter-EphemeralContainer web"
    foreach ($window in 'Windows Terminal', 'the old console (conhost.exe pwsh)') {
        Read-Answer "Keys in $window" "$steps`nType, and try the arrows, Home, End, Tab, Backspace, Ctrl+C, Alt+B and an emoji."
        Read-Answer "Full screen in $window" 'vi /tmp/x: the picture is whole, and follows the window made larger and smaller. Leave with :q'
        Read-Answer "Detach in $window" 'Ctrl+P Ctrl+Q comes back to PowerShell; there, Ctrl+R searches the history and Ctrl+C empties the line.'
        Read-Answer "Ctrl+Break in $window" 'Enter again. Ctrl+Break ends the session; the prompt is as before.'
    }

    Read-Answer 'Closing the window' 'Enter again and close the window. In Task Manager, its pwsh is gone.'
    Read-Answer 'Lost server' "Enter again. Then, here, answer y at once: the sandbox is stopped after that."
    Stop-Process -Id $sandbox.Id
    Read-Answer 'After the lost server' 'The session ended with an error that says so, and the prompt is as before.'
}
finally {
    if (-not $sandbox.HasExited) {
        Stop-Process -Id $sandbox.Id
    }

    [ordered]@{
        Date = [DateTime]::UtcNow.ToString('u')
        Windows = [Environment]::OSVersion.VersionString
        PowerShell = $PSVersionTable.PSVersion.ToString()
        PSReadLine = (Get-Module PSReadLine).Version.ToString()
        Terminal = $env:WT_SESSION ? 'Windows Terminal' : 'console'
        Results = $results
    } | ConvertTo-Json -Depth 4 | Set-Content $OutputPath
    Remove-Item $folder -Recurse
    Write-Host "Recorded in $OutputPath"
}
