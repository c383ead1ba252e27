BeforeAll {
    . $PSScriptRoot/common.ps1
}

Describe 'Get-EphemeralCluster' {
    It 'gets nothing before a session was opened' {
        Disconnect-EphemeralCluster
        Get-EphemeralCluster | Should -BeNullOrEmpty
    }

    It 'gets the session that was opened last' {
        $null = Connect-EphemeralCluster $KubeConfig
        $second = Connect-EphemeralCluster $KubeConfig -Namespace other
        Get-EphemeralCluster | Should -Be $second
    }

    It 'shows no credential' {
        $null = Connect-EphemeralCluster $KubeConfig
        $text = Get-EphemeralCluster | Format-List * | Out-String
        $text | Should -Match 'Server'
        $text | Should -Not -Match 'BEGIN|PRIVATE|Bearer'
    }
}
