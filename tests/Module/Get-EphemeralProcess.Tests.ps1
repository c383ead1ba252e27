BeforeAll {
    . $PSScriptRoot/common.ps1
    $null = Connect-EphemeralCluster $KubeConfig
}

Describe 'Get-EphemeralProcess' {
    It 'gets the processes of the target through a container that it ends afterwards' {
        $processes = @(Get-EphemeralProcess web)
        $first = $processes | Where-Object Id -EQ 1
        $first.CommandLine | Should -Not -BeNullOrEmpty
        $first.ParentId | Should -Be 0
        $first.UserName | Should -Not -BeNullOrEmpty
        $first.StartedAt | Should -BeLessThan ([DateTimeOffset]::UtcNow.AddMinutes(1))
        $first.Pod | Should -Be 'web'
        $processes.IsHelper | Should -Not -Contain $true
        $made = Get-EphemeralContainer web | Where-Object Target -EQ $first.Target
        $made.State | Should -Not -BeNullOrEmpty
        $made.State | Should -Not -Contain 'Running'
    }

    It 'reads through a container that runs already, adds none, and lets it run' {
        $helper = New-EphemeralContainer api busybox -Target (Get-EphemeralProcess api)[0].Target -Wait
        $before = @(Get-EphemeralContainer api).Count
        $processes = Get-EphemeralProcess api -IncludeHelper
        @(Get-EphemeralContainer api).Count | Should -Be $before
        ($processes | Where-Object IsHelper).CommandLine | Should -Contain 'sh'
        ($helper | Get-EphemeralContainer).State | Should -Be 'Running'
        ($helper | Get-EphemeralProcess).Id | Should -Contain 1
        $helper | Stop-EphemeralContainer
    }

    It 'adds nothing with -WhatIf' {
        $before = @(Get-EphemeralContainer web).Count
        Get-EphemeralProcess web -WhatIf | Should -BeNullOrEmpty
        @(Get-EphemeralContainer web).Count | Should -Be $before
    }

    It 'says that there is no such target' {
        (Get-Failure { Get-EphemeralProcess web nobody }).Exception.Message | Should -BeLike '*nobody*'
    }

    It 'shows a table with the command line last' {
        $shown = Get-EphemeralProcess web | Out-String -Width 200
        $shown | Should -Match '\bId\b.*\bUser\b.*\bCommand'
    }
}
