BeforeAll {
    . $PSScriptRoot/common.ps1
    $module = Get-Module EphemeralDebug
    $null = Connect-EphemeralCluster $KubeConfig
}

Describe 'New-EphemeralContainer' {
    It 'adds a container that waits to be entered' {
        $container = New-EphemeralContainer -Pod web -Image busybox -Target app -Wait
        $container | Should -BeOfType ([EphemeralDebug.EphemeralContainer])
        $container.State | Should -Be 'Running'
        $container.Target | Should -Be 'app'
        $container.Name | Should -Match '^debugger-[bcdfghjklmnpqrstvwxz2456789]{5}$'
    }

    It 'runs a command to its end, and the exit code is data' {
        $container = New-EphemeralContainer web busybox -Command sh, -c, 'exit 7' -Wait | Wait-EphemeralContainer -Until Terminated
        $container.State | Should -Be 'Terminated'
        $container.ExitCode | Should -Be 7
    }

    It 'sends command, arguments, environment and pull policy as they are given' {
        $container = New-EphemeralContainer web busybox -Command sh -ArgumentList '-c', 'exit 0' -Environment @{ A = 1; B = 'two words' } -ImagePullPolicy Always
        $container.Command | Should -Be @('sh')
        $container.Arguments | Should -Be @('-c', 'exit 0')
        $container.Environment | Sort-Object | Should -Be @('A=1', 'B=two words')
        $container.PullPolicy | Should -Be 'Always'
    }

    It 'changes nothing with -WhatIf' {
        $before = @(Get-EphemeralContainer web).Count
        'web', 'web' | New-EphemeralContainer -Image busybox -WhatIf | Should -BeNullOrEmpty
        @(Get-EphemeralContainer web).Count | Should -Be $before
    }

    It 'asks in the order of the input' {
        $questions = pwsh -NoProfile -NonInteractive -Command "
            Import-Module '$($module.Path)'
            `$null = Connect-EphemeralCluster '$KubeConfig'
            'web', 'api', 'web', 'api' | New-EphemeralContainer -Image busybox -WhatIf" | Where-Object { $_ -match 'What if' }
        $questions -replace '.*default/(\w+)".*', '$1' | Should -Be @('web', 'api', 'web', 'api')
    }

    It 'takes several pods from the pipeline and names the ones that failed' {
        $failures = $null
        $made = 'web', 'missing', 'api' | New-EphemeralContainer -Image busybox -ErrorAction SilentlyContinue -ErrorVariable failures
        $made.Pod | Sort-Object | Should -Be @('api', 'web')
        $failures | Should -HaveCount 1
        $failures[0].TargetObject | Should -Be 'missing'
    }

    It 'applies profile <Profile>' -ForEach @(
        @{ Profile = 'General'; Json = '{"capabilities":{"add":["SYS_PTRACE"]}}' }
        @{ Profile = 'NetAdmin'; Json = '{"capabilities":{"add":["NET_ADMIN","NET_RAW"]}}' }
        @{ Profile = 'SysAdmin'; Json = '{"privileged":true}' }
        @{ Profile = 'Baseline'; Json = $null }
        @{ Profile = 'Legacy'; Json = $null }
    ) {
        (New-EphemeralContainer web busybox -Profile $Profile).SecurityContext | Should -Be $Json
    }

    It 'refuses <Case> before anything is sent (<Id>)' -ForEach @(
        @{ Case = 'an image with blanks'; Id = 'InvalidImage'; Category = 'InvalidArgument'; Parameters = @{ Image = 'bad image' } }
        @{ Case = 'an empty image'; Id = 'InvalidImage'; Category = 'InvalidArgument'; Parameters = @{ Image = '' } }
        @{ Case = 'a name that is no label'; Id = 'InvalidName'; Category = 'InvalidArgument'; Parameters = @{ Image = 'busybox'; Name = 'No_Label' } }
        @{ Case = 'a name that is taken'; Id = 'NameTaken'; Category = 'ResourceExists'; Parameters = @{ Image = 'busybox'; Name = 'app' } }
        @{ Case = 'a target that is not there'; Id = 'TargetNotFound'; Category = 'ObjectNotFound'; Parameters = @{ Image = 'busybox'; Target = 'nobody' } }
        @{ Case = 'a terminal without input'; Id = 'TtyWithoutStdin'; Category = 'InvalidArgument'; Parameters = @{ Image = 'busybox'; Tty = $true } }
    ) {
        $before = @(Get-EphemeralContainer web).Count
        $failure = Get-Failure { New-EphemeralContainer -Pod web @Parameters }
        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $failure.CategoryInfo.Category | Should -Be $Category
        $failure.TargetObject | Should -Be 'web'
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        @(Get-EphemeralContainer web).Count | Should -Be $before
    }

    It 'refuses what is no pod: <Given>' -ForEach @(@{ Given = 'a/b/c' }, @{ Given = 'node/web' }) {
        $failure = Get-Failure { New-EphemeralContainer $Given busybox }
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidPod,*'
        $failure.TargetObject | Should -Be $Given
    }

    It 'ends the wait for an image that does not exist after the grace time, with the reason' {
        $failure = Get-Failure { New-EphemeralContainer web no/such:image -Wait -StartGraceSec 0.5 -TimeoutSec 60 }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ContainerNotStarting,*'
        $failure.Exception.Message | Should -Match 'ErrImagePull|ImagePullBackOff'
        $failure.ErrorDetails.RecommendedAction | Should -Match 'image'
    }

    It 'ends the wait for a command that is not there at once' {
        $failure = Get-Failure { New-EphemeralContainer web busybox -Command no-such-command -Wait }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ContainerNotStarting,*'
        $failure.Exception.Message | Should -Match 'no-such-command'
    }

    It 'names the right that a user lacks' {
        $session = Connect-EphemeralCluster $KubeConfig -Context viewer
        try {
            $failure = Get-Failure { New-EphemeralContainer web busybox -Session $session }
            $failure.FullyQualifiedErrorId | Should -BeLike 'Forbidden,*'
            $failure.ErrorDetails.RecommendedAction | Should -Match 'patch pods/ephemeralcontainers'
        }
        finally {
            $null = Connect-EphemeralCluster $KubeConfig
        }
    }

    It 'needs a terminal for -Enter and says what to do instead' {
        $before = @(Get-EphemeralContainer web).Count
        $failure = Get-Failure { $null | New-EphemeralContainer web busybox -Enter }
        $failure.FullyQualifiedErrorId | Should -BeLike 'TerminalUnavailable,*'
        $failure.ErrorDetails.RecommendedAction | Should -Match '-Command'
        @(Get-EphemeralContainer web).Count | Should -Be $before
    }
}
