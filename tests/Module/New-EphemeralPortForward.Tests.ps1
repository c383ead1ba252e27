BeforeAll {
    . $PSScriptRoot/common.ps1
    $null = Connect-EphemeralCluster $KubeConfig

    # An ephemeral container shares the network of its pod, so what listens in it listens in the pod.
    $null = New-EphemeralContainer web busybox -Command httpd, -f, -p, 8085, -h, /etc -Wait
}

AfterAll {
    Get-EphemeralPortForward | Remove-EphemeralPortForward
}

Describe 'New-EphemeralPortForward' {
    It 'returns at once with what a program connects to' {
        $forward = New-EphemeralPortForward web :8085
        $forward | Should -BeOfType EphemeralDebug.PortForward
        $forward.Pod | Should -Be 'web'
        $forward.State | Should -Be 'Listening'
        $forward.LocalAddress | Should -Be '127.0.0.1'
        $forward.RemotePort | Should -Be 8085
        Invoke-RestMethod "http://$($forward.Endpoint)/hostname" | Should -Match 'web'
        $forward.BytesSent | Should -BeGreaterThan 0
        $forward.BytesReceived | Should -BeGreaterThan 0
        $forward.TotalConnections | Should -BeGreaterThan 0
    }

    It 'takes a local port, several ports, and a pod from the pipeline' {
        $free = (New-EphemeralPortForward web :1)
        $port = $free.LocalPort
        Remove-EphemeralPortForward $free
        $forwards = Get-EphemeralContainer web | Select-Object -First 1 | New-EphemeralPortForward -Port "${port}:8085", ':8086'
        $forwards.LocalPort[0] | Should -Be $port
        $forwards.RemotePort | Should -Be 8085, 8086
    }

    It 'tells why a connection failed' {
        $forward = New-EphemeralPortForward web :8099
        { Invoke-RestMethod "http://$($forward.Endpoint)/" } | Should -Throw
        $forward.LastError | Should -BeLike "The connection to port 8099 of pod 'default/web' failed:*refused*"
        $forward.State | Should -Be 'Listening'
        Get-EphemeralPortForward -Id $forward.Id -Verbose 4>&1 | Out-String | Should -Match 'refused'
    }

    It 'warns of addresses that others reach' {
        $null = New-EphemeralPortForward web :8085 -Address 0.0.0.0 -WarningVariable warnings 3>$null
        $warnings | Should -Match '0.0.0.0'
    }

    It 'goes on with the other ports when one is wrong' {
        $forwards = New-EphemeralPortForward web 'no port', :8085 -ErrorVariable failures -ErrorAction SilentlyContinue
        $forwards.RemotePort | Should -Be 8085
        $failures.FullyQualifiedErrorId | Should -BeLike 'InvalidPort,*'
        $failures.TargetObject | Should -Be 'no port'
    }

    It 'refuses <what>' -ForEach @(
        @{ what = 'a pod that is not there'; parameters = @{ Pod = 'nope'; Port = ':80' }; id = 'PodNotFound'; category = 'ObjectNotFound' }
        @{ what = 'a port that the pod does not name'; parameters = @{ Pod = 'web'; Port = ':nope' }; id = 'PortNotFound'; category = 'ObjectNotFound' }
        @{ what = 'an address that is none'; parameters = @{ Pod = 'web'; Port = ':80'; Address = 'nope' }; id = 'InvalidAddress'; category = 'InvalidArgument' }
    ) {
        $failure = Get-Failure { New-EphemeralPortForward @parameters @args }
        $failure.FullyQualifiedErrorId | Should -BeLike "$id,*"
        $failure.CategoryInfo.Category | Should -Be $category
    }

    It 'refuses a local port that is taken' {
        $first = New-EphemeralPortForward web :8085
        $failure = Get-Failure { New-EphemeralPortForward web "$($first.LocalPort):8085" @args }
        $failure.FullyQualifiedErrorId | Should -BeLike 'LocalPortInUse,*'
        $failure.CategoryInfo.Category | Should -Be 'ResourceExists'
    }
}
