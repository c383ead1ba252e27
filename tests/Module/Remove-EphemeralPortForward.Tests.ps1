BeforeAll {
    . $PSScriptRoot/common.ps1

    function Test-Port([int] $Port) {
        $client = [System.Net.Sockets.TcpClient]::new()
        try { $client.Connect('127.0.0.1', $Port); $true } catch { $false } finally { $client.Dispose() }
    }
}

Describe 'Remove-EphemeralPortForward' {
    BeforeEach {
        $session = Connect-EphemeralCluster $KubeConfig
        $first, $second = New-EphemeralPortForward web :8093, :8094
    }

    AfterEach {
        Get-EphemeralPortForward | Remove-EphemeralPortForward
    }

    It 'ends the one that is meant and frees its port' -ForEach @(
        @{ how = 'piped'; remove = { $first | Remove-EphemeralPortForward } }
        @{ how = 'given'; remove = { Remove-EphemeralPortForward $first } }
        @{ how = 'given by id'; remove = { Remove-EphemeralPortForward -Id $first.Id } }
        @{ how = 'given by port'; remove = { Remove-EphemeralPortForward -Port 8093 } }
    ) {
        Test-Port $first.LocalPort | Should -BeTrue
        & $remove
        $first.State | Should -Be 'Closed'
        Test-Port $first.LocalPort | Should -BeFalse
        $second.State | Should -Be 'Listening'
        (Get-EphemeralPortForward).Id | Should -Be $second.Id
    }

    It 'ends those of a pod' {
        Remove-EphemeralPortForward web
        Get-EphemeralPortForward | Should -BeNullOrEmpty
    }

    It 'does nothing with -WhatIf' {
        $first | Remove-EphemeralPortForward -WhatIf
        $first.State | Should -Be 'Listening'
    }

    It 'is done by closing the session too' {
        Disconnect-EphemeralCluster $session
        $first.State | Should -Be 'Closed'
        Test-Port $second.LocalPort | Should -BeFalse
        Get-EphemeralPortForward | Should -BeNullOrEmpty
    }
}
