BeforeAll {
    . $PSScriptRoot/common.ps1
    $null = Connect-EphemeralCluster $KubeConfig
    $web = New-EphemeralPortForward web :8091
    $api = New-EphemeralPortForward api :8092
}

AfterAll {
    Get-EphemeralPortForward | Remove-EphemeralPortForward
}

Describe 'Get-EphemeralPortForward' {
    It 'gets all of them, as the objects that New- returned' {
        (Get-EphemeralPortForward).Id | Should -Be $web.Id, $api.Id
        [object]::ReferenceEquals((Get-EphemeralPortForward)[0], $web) | Should -BeTrue
    }

    It 'finds them by pod, namespace, port and id' {
        (Get-EphemeralPortForward web).Id | Should -Be $web.Id
        (Get-EphemeralPortForward default/a*).Id | Should -Be $api.Id
        (Get-EphemeralPortForward -Port 8092).Id | Should -Be $api.Id
        (Get-EphemeralPortForward -Port $web.LocalPort).Id | Should -Be $web.Id
        (Get-EphemeralPortForward -Id $api.Id).Id | Should -Be $api.Id
        (Get-EphemeralPortForward -Namespace other) | Should -BeNullOrEmpty
        (Get-EphemeralPortForward zz*) | Should -BeNullOrEmpty
    }

    It 'tells of <what> that has none' -ForEach @(
        @{ what = 'a pod'; parameters = @{ Pod = 'nope' } }
        @{ what = 'an id'; parameters = @{ Id = 999999 } }
    ) {
        (Get-Failure { Get-EphemeralPortForward @parameters @args }).FullyQualifiedErrorId | Should -BeLike 'PortForwardNotFound,*'
    }

    It 'is shown as a table with what it is and has done' {
        $text = $web | Out-String -Width 120
        $text | Should -Match 'Id\s+Pod\s+Local\s+Remote\s+State\s+Conn\s+Sent\s+Received'
        $text | Should -Match "web\s+127.0.0.1:$($web.LocalPort)\s+8091\s+Listening\s+0\s+0 B\s+0 B"
    }
}
