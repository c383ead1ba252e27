# Milliseconds of Import-Module in a fresh PowerShell.
param([string] $Module)
$watch = [Diagnostics.Stopwatch]::StartNew()
Import-Module $Module
$watch.Elapsed.TotalMilliseconds
