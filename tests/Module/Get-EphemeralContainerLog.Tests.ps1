BeforeAll {
    . $PSScriptRoot/common.ps1
    $null = Connect-EphemeralCluster $KubeConfig
    $talker = New-EphemeralContainer web busybox -Name talker -Command sh, -c, 'for i in 1 2 3; do echo "line $i"; done; printf end' |
        Wait-EphemeralContainer -Until Terminated
}

Describe 'Get-EphemeralContainerLog' {
    It 'gets lines that know where they are from' {
        $lines = $talker | Get-EphemeralContainerLog
        $lines.Text | Should -Be @('line 1', 'line 2', 'line 3', 'end')
        "$($lines[0])" | Should -Be 'line 1'
        $lines[0].Pod | Should -Be 'web'
        $lines[0].Namespace | Should -Be 'default'
        $lines[0].Container | Should -Be 'talker'
        $lines[0].Time | Should -BeGreaterThan ([DateTimeOffset]::UtcNow.AddHours(-1))
    }

    It 'gets the text alone with -Raw' {
        $lines = $talker | Get-EphemeralContainerLog -Raw
        $lines | Should -Be @('line 1', 'line 2', 'line 3', 'end')
        $lines[0] | Should -BeOfType ([string])
    }

    It 'gets the last lines' {
        ($talker | Get-EphemeralContainerLog -Tail 2).Text | Should -Be @('line 3', 'end')
        $talker | Get-EphemeralContainerLog -Tail 0 | Should -BeNullOrEmpty
    }

    It 'gets what was printed since <Case>' -ForEach @(
        @{ Case = 'a duration'; Since = { New-TimeSpan -Hours 1 }; Count = 4 }
        @{ Case = 'a time'; Since = { (Get-Date).AddHours(-1) }; Count = 4 }
        @{ Case = 'the text of a time'; Since = { (Get-Date).AddHours(1).ToString('o') }; Count = 0 }
        @{ Case = 'the text of a duration'; Since = { '01:00' }; Count = 4 }
    ) {
        @($talker | Get-EphemeralContainerLog -Since (& $Since)).Count | Should -Be $Count
    }

    It 'refuses what is no time' {
        (Get-Failure { Get-EphemeralContainerLog web -Since yesterday }).FullyQualifiedErrorId | Should -BeLike 'InvalidTime,*'
    }

    It 'merges several containers in the order of time' {
        $command = 'for i in 1 2 3; do echo $i; sleep 0.2; done'
        $names = 'merge-a', 'merge-b'
        $null = $names | ForEach-Object { New-EphemeralContainer api busybox -Name $_ -Command sh, -c, $command } |
            Wait-EphemeralContainer -Until Terminated
        $lines = Get-EphemeralContainerLog api merge-*
        $lines.Count | Should -Be 6
        $lines.Time | Should -Be ($lines.Time | Sort-Object)
        ($lines.Container | Sort-Object -Unique) | Should -Be $names
    }

    It 'follows from before the start until the container ends' {
        $lines = New-EphemeralContainer web busybox -Command sh, -c, 'echo first; sleep 1; echo last' | Get-EphemeralContainerLog -Follow
        $lines.Text | Should -Be @('first', 'last')
    }

    It 'follows several pods at once' {
        $lines = 'web', 'api' | New-EphemeralContainer -Image busybox -Command sh, -c, 'echo one; sleep 1; echo two' | Get-EphemeralContainerLog -Follow
        ($lines.Pod | Sort-Object) | Should -Be @('api', 'api', 'web', 'web')
    }

    It 'ends when nobody wants more' {
        $container = New-EphemeralContainer web busybox -Command sh, -c, 'while :; do echo again; sleep 0.1; done' -Wait
        ($container | Get-EphemeralContainerLog -Follow | Select-Object -First 3).Text | Should -Be @('again', 'again', 'again')
    }

    It 'gets the log of a regular container that is named' {
        $name = (New-EphemeralContainer web busybox).Name
        { Get-EphemeralContainerLog web app -ErrorAction Stop } | Should -Not -Throw
        (Get-Failure { Get-EphemeralContainerLog web nobody }).Exception.Message | Should -BeLike "*$name*"
    }

    It 'says why there is no log yet' {
        $container = New-EphemeralContainer web no.such/image:1
        $failure = $null
        foreach ($try in 1..100) {
            $failure = Get-Failure { $container | Get-EphemeralContainerLog }
            if ($failure.Exception.Message -like '*image*') { break }
            Start-Sleep -Milliseconds 100
        }

        $failure.FullyQualifiedErrorId | Should -BeLike 'ContainerNotStarted,*'
        $failure.Exception.Message | Should -BeLike '*is waiting to start*image*'
        (Get-Failure { $container | Get-EphemeralContainerLog -Follow -TimeoutSec 3 }).FullyQualifiedErrorId | Should -Match '^(ContainerNotStarting|WaitTimedOut),'
    }

    It 'shows control characters without letting them work' {
        $container = New-EphemeralContainer web busybox -Command printf, 'a\033[2Jb\n' | Wait-EphemeralContainer -Until Terminated
        $shown = $container | Get-EphemeralContainerLog | Out-String
        $shown.Trim() | Should -Be "[web/$($container.Name)] a\u001b[2Jb"
    }
}
