BeforeAll {
    . $PSScriptRoot/common.ps1
    $null = Connect-EphemeralCluster $KubeConfig
}

Describe 'Stop-EphemeralContainer' {
    It 'ends a container and gets it as it then is' {
        $ended = New-EphemeralContainer web busybox -Wait | Stop-EphemeralContainer -PassThru
        $ended.State | Should -Be 'Terminated'
    }

    It 'gets nothing unless asked' {
        New-EphemeralContainer web busybox -Wait | Stop-EphemeralContainer | Should -BeNullOrEmpty
    }

    It 'leaves the target alone, whose process is number 1' {
        if (-not (Get-Command kubectl -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'kubectl was not found on the path'
            return
        }

        $before = (kubectl --kubeconfig $KubeConfig get pod web -o json | ConvertFrom-Json).status.containerStatuses[0]
        New-EphemeralContainer web busybox -Target $before.name -Wait | Stop-EphemeralContainer
        $after = (kubectl --kubeconfig $KubeConfig get pod web -o json | ConvertFrom-Json).status.containerStatuses[0]
        $after.state.running.startedAt | Should -Be $before.state.running.startedAt
        $after.restartCount | Should -Be $before.restartCount
    }

    It 'takes a pod and a name with wildcards, and leaves the others' {
        $null = New-EphemeralContainer api busybox -Name stop-1 -Wait
        $other = New-EphemeralContainer api busybox -Name other-1 -Wait
        (Stop-EphemeralContainer api stop-* -PassThru).Name | Should -Be 'stop-1'
        ($other | Get-EphemeralContainer).State | Should -Be 'Running'
        $other | Stop-EphemeralContainer
    }

    It 'ends several at once' {
        $ended = 'web', 'api' | New-EphemeralContainer -Image busybox -Wait | Stop-EphemeralContainer -PassThru
        $ended.State | Should -Be @('Terminated', 'Terminated')
    }

    It 'has nothing to do with one that has ended, and says so' {
        $ended = New-EphemeralContainer web busybox -Wait | Stop-EphemeralContainer -PassThru
        $said = $ended | Stop-EphemeralContainer -Verbose 4>&1
        $said.Message | Should -BeLike '*has ended already*'
        ($ended | Stop-EphemeralContainer -PassThru).State | Should -Be 'Terminated'
    }

    It 'ends nothing with -WhatIf' {
        $container = New-EphemeralContainer web busybox -Wait
        $container | Stop-EphemeralContainer -WhatIf
        ($container | Get-EphemeralContainer).State | Should -Be 'Running'
        $container | Stop-EphemeralContainer
    }

    It 'says why it cannot end a container that has no marker' {
        $container = New-EphemeralContainer web busybox -Command sleep, '600' -Wait
        $failure = Get-Failure { $container | Stop-EphemeralContainer }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ContainerNotStopped,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike 'Enter it*'
        ($container | Get-EphemeralContainer).State | Should -Be 'Running'
    }

    It 'says that a named container is not there' {
        (Get-Failure { Stop-EphemeralContainer web nobody }).FullyQualifiedErrorId | Should -BeLike 'ContainerNotFound,*'
    }
}
