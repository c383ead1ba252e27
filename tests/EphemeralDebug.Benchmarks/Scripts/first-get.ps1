# Milliseconds of the first Get-EphemeralContainer after the import, handshake included, and of the second one.
param([string] $Module)
Import-Module $Module
$watch = [Diagnostics.Stopwatch]::StartNew()
$null = Get-EphemeralContainer -Pod web
$first = $watch.Elapsed.TotalMilliseconds
$watch.Restart()
$null = Get-EphemeralContainer -Pod web
$second = $watch.Elapsed.TotalMilliseconds
"$first $second"
