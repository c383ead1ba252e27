BeforeAll {
    . $PSScriptRoot/common.ps1
    $null = Connect-EphemeralCluster $KubeConfig
}

Describe 'Remove-EphemeralDebugPod' {
    It 'removes what it is given and waits until it is gone' {
        $pods = 'web', 'node/sandbox-node' | New-EphemeralDebugPod -Image busybox
        $pods | Remove-EphemeralDebugPod -Wait -TimeoutSec 60 | Should -BeNullOrEmpty
        Get-EphemeralDebugPod | Should -BeNullOrEmpty
    }

    It 'removes at once with -Force' {
        $null = New-EphemeralDebugPod web busybox -CopyTo now
        Remove-EphemeralDebugPod now -Force
        Get-EphemeralDebugPod | Should -BeNullOrEmpty
    }

    It 'removes nothing with -WhatIf' {
        $pod = New-EphemeralDebugPod web busybox -CopyTo kept
        Remove-EphemeralDebugPod kept -WhatIf
        (Get-EphemeralDebugPod kept).Uid | Should -Be $pod.Uid
        $pod | Remove-EphemeralDebugPod -GracePeriodSec 0
    }

    It 'refuses any other pod, says why, and goes on with the rest' {
        $null = New-EphemeralDebugPod web busybox -CopyTo mine
        $failures = $null
        'web', 'mine', 'missing' | Remove-EphemeralDebugPod -Force -ErrorAction SilentlyContinue -ErrorVariable failures
        $failures.TargetObject | Sort-Object | Should -Be @('missing', 'web')
        $refusal = $failures | Where-Object TargetObject -EQ web
        $refusal.FullyQualifiedErrorId | Should -BeLike 'NotADebugPod,*'
        $refusal.Exception.Message | Should -Match "created by 'sandbox'"
        Get-EphemeralDebugPod | Should -BeNullOrEmpty
        { New-EphemeralContainer web busybox } | Should -Not -Throw
    }

    It 'does not take a later pod of the same name for the one of a record' {
        $first = New-EphemeralDebugPod web busybox -CopyTo again
        $first | Remove-EphemeralDebugPod -Force -Wait
        $second = New-EphemeralDebugPod web busybox -CopyTo again
        $failure = Get-Failure { $first | Remove-EphemeralDebugPod -Force }
        $failure.FullyQualifiedErrorId | Should -BeLike 'PodDeleted,*'
        (Get-EphemeralDebugPod again).Uid | Should -Be $second.Uid
        $second | Remove-EphemeralDebugPod -Force
    }

    It 'removes what kubectl debug left behind, and nothing that its other commands made' -Skip:(-not (Get-Command kubectl -ErrorAction Ignore)) {
        kubectl --kubeconfig $KubeConfig debug web --image=busybox -c dbg --copy-to=kubectl-copy *> $null
        kubectl --kubeconfig $KubeConfig debug node/sandbox-node --image=busybox *> $null
        kubectl --kubeconfig $KubeConfig run kubectl-run --image=busybox *> $null
        $found = Get-EphemeralDebugPod
        $found.Kind | Sort-Object | Should -Be @('Copy', 'Node')
        $found.CreatedBy | Sort-Object -Unique | Should -Be 'kubectl debug'
        $found | Remove-EphemeralDebugPod -Force
        Get-EphemeralDebugPod | Should -BeNullOrEmpty
        (Get-Failure { Remove-EphemeralDebugPod kubectl-run }).Exception.Message | Should -Match "'kubectl-run'"
    }

    It 'names the right that a user lacks' {
        $pod = New-EphemeralDebugPod web busybox -CopyTo mine
        $session = Connect-EphemeralCluster $KubeConfig -Context viewer
        try {
            $failure = Get-Failure { Remove-EphemeralDebugPod mine -Session $session }
            $failure.FullyQualifiedErrorId | Should -BeLike 'Forbidden,*'
            $failure.ErrorDetails.RecommendedAction | Should -Match 'delete pods'
        }
        finally {
            $null = Connect-EphemeralCluster $KubeConfig
            Remove-EphemeralDebugPod mine -Force
        }
    }
}
