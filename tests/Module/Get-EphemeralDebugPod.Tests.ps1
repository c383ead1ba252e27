BeforeAll {
    . $PSScriptRoot/common.ps1
    $null = Connect-EphemeralCluster $KubeConfig
    $copy = New-EphemeralDebugPod web busybox -CopyTo web-copy -Wait
    $nodePod = New-EphemeralDebugPod -Node sandbox-node busybox -Wait
}

Describe 'Get-EphemeralDebugPod' {
    It 'finds the debug pods of the namespace, and no other pod' {
        (Get-EphemeralDebugPod).Name | Sort-Object | Should -Be @($nodePod.Name, 'web-copy')
    }

    It 'finds those of the whole cluster' {
        $elsewhere = New-EphemeralDebugPod -Node sandbox-node busybox -Namespace kube-system
        (Get-EphemeralDebugPod).Name | Should -Not -Contain $elsewhere.Name
        (Get-EphemeralDebugPod -AllNamespaces | Where-Object Namespace -EQ kube-system).Name | Should -Be $elsewhere.Name
    }

    It 'gets one by its name, with what is known of it' {
        $pod = Get-EphemeralDebugPod web-copy
        $pod | Should -BeOfType ([EphemeralDebug.DebugPod])
        $pod.Kind | Should -Be 'Copy'
        $pod.Container | Should -Be $copy.Container
        $pod.Phase | Should -Be 'Running'
        $pod.CreatedBy | Should -Be 'EphemeralDebug'
        $pod.Uid | Should -Be $copy.Uid
        $pod.CreatedAt | Should -BeOfType ([DateTimeOffset])
        $pod.Evidence | Should -Not -BeNullOrEmpty
    }

    It 'takes its own records, to read them again' {
        ($copy | Get-EphemeralDebugPod).Uid | Should -Be $copy.Uid
    }

    It 'selects by label' {
        (Get-EphemeralDebugPod -LabelSelector app.kubernetes.io/managed-by=kubectl-debug).Name | Should -Be $nodePod.Name
    }

    It 'gets nothing for a pipeline that brings nothing' {
        @() | Get-EphemeralDebugPod | Should -BeNullOrEmpty
    }

    It 'says of another pod why it does not count as a debug pod' {
        $failure = Get-Failure { Get-EphemeralDebugPod web }
        $failure.FullyQualifiedErrorId | Should -BeLike 'NotADebugPod,*'
        $failure.Exception.Message | Should -Match "created by 'sandbox'"
    }

    It 'lists ephemeral containers of debug pods too' {
        $container = $copy | New-EphemeralContainer -Image busybox -Wait
        $container.Pod | Should -Be 'web-copy'
    }

    It 'shows a table and a list' {
        $table = $copy | Format-Table | Out-String -Width 200
        $table | Should -Match 'web-copy +Copy +Running +debugger-'
        $list = $copy | Format-List | Out-String -Width 200
        $list | Should -Match 'SourcePod +: web'
    }
}
