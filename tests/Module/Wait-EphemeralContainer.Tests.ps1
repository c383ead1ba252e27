BeforeAll {
    . $PSScriptRoot/common.ps1
    $null = Connect-EphemeralCluster $KubeConfig
}

Describe 'Wait-EphemeralContainer' {
    It 'waits until a container runs' {
        (New-EphemeralContainer web busybox | Wait-EphemeralContainer).State | Should -Be 'Running'
    }

    It 'waits until a container has ended' {
        $ended = New-EphemeralContainer web busybox -Command sh, -c, 'sleep 1; exit 5' | Wait-EphemeralContainer -Until Terminated
        $ended.State | Should -Be 'Terminated'
        $ended.ExitCode | Should -Be 5
        $ended.FinishedAt | Should -BeGreaterOrEqual $ended.StartedAt
    }

    It 'waits for several at once' {
        $waited = 'web', 'api' | New-EphemeralContainer -Image busybox | Wait-EphemeralContainer
        $waited.State | Should -Be @('Running', 'Running')
    }

    It 'takes names with wildcards' {
        $null = New-EphemeralContainer api busybox -Name wild-1
        (Wait-EphemeralContainer api wild-*).Name | Should -Be 'wild-1'
    }

    It 'never waits longer than it is told' {
        $container = New-EphemeralContainer web busybox -Wait
        $watch = [Diagnostics.Stopwatch]::StartNew()
        $failure = Get-Failure { $container | Wait-EphemeralContainer -Until Terminated -TimeoutSec 0.5 }
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 20
        $failure.FullyQualifiedErrorId | Should -BeLike 'WaitTimedOut,*'
        $failure.CategoryInfo.Category | Should -Be 'OperationTimeout'
        $failure.TargetObject | Should -Be $container
        $failure.Exception.Message | Should -Match 'Running'
    }

    It 'says that a named container is not there' {
        (Get-Failure { Wait-EphemeralContainer web nobody }).FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
    }
}
