BeforeAll {
    . $PSScriptRoot/common.ps1
}

Describe 'Disconnect-EphemeralCluster' {
    It 'closes the current session' {
        $session = Connect-EphemeralCluster $KubeConfig
        Disconnect-EphemeralCluster
        $session.IsClosed | Should -BeTrue
        Get-EphemeralCluster | Should -BeNullOrEmpty
    }

    It 'closes the session that is piped in and leaves the current one' {
        $first = Connect-EphemeralCluster $KubeConfig
        $second = Connect-EphemeralCluster $KubeConfig
        $first | Disconnect-EphemeralCluster
        $first.IsClosed | Should -BeTrue
        Get-EphemeralCluster | Should -Be $second
    }

    It 'does nothing where there is no session' {
        Disconnect-EphemeralCluster
        { Disconnect-EphemeralCluster } | Should -Not -Throw
    }
}
