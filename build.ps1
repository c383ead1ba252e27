#requires -Version 7.4
<#
.SYNOPSIS
Builds, tests and tries out the module: the same as the dotnet commands of the README.
.EXAMPLE
./build.ps1
Leaves the module in output/EphemeralDebug.
.EXAMPLE
./build.ps1 Test
Builds it and runs every test, the Pester suites included.
.EXAMPLE
./build.ps1 Demo
Starts the simulated cluster and opens a PowerShell that is connected to it.
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Demo', 'Benchmark')]
    [string] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release'
)

$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
Push-Location $PSScriptRoot
try {
    switch ($Task) {
        'Build' { dotnet build --configuration $Configuration }
        'Test' { dotnet test --configuration $Configuration }
        'Demo' { dotnet run --project src/EphemeralDebug.Sandbox --configuration $Configuration -- demo }
        'Benchmark' { dotnet run --project tests/EphemeralDebug.Benchmarks --configuration Release }
    }
}
finally {
    Pop-Location
}
