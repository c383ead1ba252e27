BeforeAll {
    . $PSScriptRoot/common.ps1
    $null = Connect-EphemeralCluster $KubeConfig
}

# What happens in a terminal is tested in a real one: EphemeralDebug.Module.Tests/TerminalSessionTests.cs.
Describe 'Enter-EphemeralContainer' {
    It 'needs a terminal and says what to do instead' {
        $container = New-EphemeralContainer web busybox -Wait
        $failure = Get-Failure { $container | Enter-EphemeralContainer }
        $failure.FullyQualifiedErrorId | Should -BeLike 'TerminalUnavailable,*'
        $failure.CategoryInfo.Category | Should -Be 'InvalidOperation'
        $failure.ErrorDetails.RecommendedAction | Should -Match 'New-EphemeralContainer -Command'
    }

    It 'refuses detach keys that are no keys' {
        $failure = Get-Failure { Enter-EphemeralContainer web -DetachKeys ctrl-nonsense }
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidDetachKeys,*'
        $failure.TargetObject | Should -Be 'ctrl-nonsense'
    }
}
