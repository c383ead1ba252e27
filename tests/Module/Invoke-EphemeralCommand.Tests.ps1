BeforeAll {
    . $PSScriptRoot/common.ps1
    $null = Connect-EphemeralCluster $KubeConfig
}

Describe 'Invoke-EphemeralCommand' {
    It 'gets one result, whose lines and exit code are data' {
        $result = Invoke-EphemeralCommand web -Script 'echo one; echo two; echo bad >&2; exit 7'
        $result | Should -BeOfType ([EphemeralDebug.CommandResult])
        $result.Pod | Should -Be 'web'
        $result.Output | Should -Be @('one', 'two')
        $result.ErrorOutput | Should -Be 'bad'
        $result.ExitCode | Should -Be 7
        $result.Succeeded | Should -BeFalse
        $result.Error | Should -BeNullOrEmpty
        $result.Duration | Should -BeGreaterThan ([timespan]::Zero)
    }

    It 'passes arguments on one by one' {
        (Invoke-EphemeralCommand -Pod web -Command echo, 'a  b', '$HOME', '"', "it's").Output | Should -Be 'a  b $HOME " it''s'
    }

    It 'runs beside the target' {
        $result = Invoke-EphemeralCommand web -Target app -Command cat, /proc/1/comm
        $result.Succeeded | Should -BeTrue
        $result.Output | Should -Not -Be 'sh'
    }

    It 'ends the container that it added' {
        $result = Invoke-EphemeralCommand web -Command true -Environment @{ ENDED = 'yes' }
        (Get-EphemeralContainer web $result.Container).State | Should -Be 'Terminated'
    }

    It 'uses a container again that runs, and lets it go on' {
        $kept = Invoke-EphemeralCommand web -Command true -Keep -Environment @{ REUSE = 'yes' }
        $again = Invoke-EphemeralCommand web -Command true -Environment @{ REUSE = 'yes' }
        $again.Container | Should -Be $kept.Container
        (Get-EphemeralContainer web $kept.Container).State | Should -Be 'Running'
    }

    It 'runs in a container that is named or piped in' {
        $container = New-EphemeralContainer web -Wait
        (Invoke-EphemeralCommand web -Container $container.Name -Command true).Container | Should -Be $container.Name
        ($container | Invoke-EphemeralCommand -Command true).Container | Should -Be $container.Name
        (Get-EphemeralContainer web $container.Name).State | Should -Be 'Running'
    }

    It 'gets a result and an error for each pod that fails, and goes on with the others' {
        $failures = $null
        $results = 'web', 'missing', 'api' | Invoke-EphemeralCommand -Command hostname -ErrorAction SilentlyContinue -ErrorVariable failures
        $results.Pod | Sort-Object | Should -Be @('api', 'missing', 'web')
        ($results | Where-Object Pod -eq api).Output | Should -Be 'api'
        $failed = $results | Where-Object Pod -eq missing
        $failed.ErrorId | Should -Be 'PodNotFound'
        $failed.ExitCode | Should -BeNullOrEmpty
        $failures | Should -HaveCount 1
        $failures[0].TargetObject | Should -Be 'missing'
    }

    It 'feeds <Case> to the command' -ForEach @(
        @{ Case = 'lines of the pipeline'; Script = { 'one', 'two' | Invoke-EphemeralCommand web -Command cat }; Expected = 'one', 'two' }
        @{ Case = 'bytes'; Script = { Invoke-EphemeralCommand web -Command cat -StandardInput ([byte[]](97, 98)) }; Expected = 'ab' }
        @{ Case = 'text for every pod'; Script = { 'web', 'api' | Invoke-EphemeralCommand -Command cat -StandardInput x }; Expected = 'x', 'x' }
        @{ Case = 'nothing at all'; Script = { Invoke-EphemeralCommand web -Command cat -StandardInput @() }; Expected = @() }
        @{ Case = 'a file'; Script = { Invoke-EphemeralCommand web -Command cat -InputFile (New-TestFile input.txt 'from a file') }; Expected = 'from a file' }
    ) {
        $results = & $Script
        $results.Succeeded | Should -Not -Contain $false
        @($results.Output) | Should -Be $Expected
    }

    It 'gets bytes with -Raw' {
        $result = Invoke-EphemeralCommand web -Raw -Script "printf '\000\377\n'"
        , $result.Output | Should -BeOfType ([byte[]])
        $result.Output | Should -Be @(0, 255, 10)
    }

    It 'gets lines as they come with -Stream, each of which knows its pod, and then the result' {
        $all = Invoke-EphemeralCommand web, api -Stream -Script 'hostname; echo bad >&2'
        $lines = $all | Where-Object { $_ -is [EphemeralDebug.CommandOutputLine] }
        $lines | Should -HaveCount 4
        $lines | Where-Object IsError | ForEach-Object { "$_" } | Should -Be @('bad', 'bad')
        $lines | Where-Object { -not $_.IsError } | ForEach-Object { $_.Text | Should -Be $_.Pod }
        $all | Where-Object { $_ -is [EphemeralDebug.CommandResult] } | Should -HaveCount 2
    }

    It 'streams output without end for as long as somebody takes it' {
        $lines = Invoke-EphemeralCommand web -Stream -Command yes | Select-Object -First 1000
        $lines | Should -HaveCount 1000
        $lines[999].Text | Should -Be 'y'
    }

    It 'ends a command that writes more than is kept' {
        $failures = $null
        $result = Invoke-EphemeralCommand web -Command yes -MaximumOutputSize 1kb -ErrorAction SilentlyContinue -ErrorVariable failures
        $result.Output | Should -HaveCount 512
        $result.ErrorId | Should -Be 'OutputTooLarge'
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'OutputTooLarge,*'
    }

    It 'ends a command that takes too long' {
        $failures = $null
        $result = Invoke-EphemeralCommand web -Script 'echo begun; sleep 1000' -TimeoutSec 3 -ErrorAction SilentlyContinue -ErrorVariable failures
        $result.Output | Should -Be 'begun'
        $result.ExitCode | Should -BeNullOrEmpty
        $result.Error | Should -Match 'was ended'
        $failures[0].CategoryInfo.Category | Should -Be 'OperationTimeout'
    }

    It 'runs as a job' {
        $job = 'web', 'api' | Invoke-EphemeralCommand -Command hostname -AsJob
        $job | Should -BeOfType ([System.Management.Automation.Job])
        $results = $job | Wait-Job -Timeout 120 | Receive-Job
        $job.State | Should -Be 'Completed'
        $results | ForEach-Object { $_.Output | Should -Be $_.Pod }
        $job | Remove-Job
    }

    It 'stops with its job' {
        $job = Invoke-EphemeralCommand web -Stream -Script 'echo begun; sleep 1000' -AsJob
        while (-not $job.HasMoreData -and $job.State -eq 'Running') { Start-Sleep -Milliseconds 50 }
        Stop-Job $job
        $job.State | Should -Be 'Stopped'
        Remove-Job $job
    }

    It 'changes nothing with -WhatIf' {
        $before = @(Get-EphemeralContainer web).Count
        Invoke-EphemeralCommand web -Command true -Environment @{ WHATIF = 'yes' } -WhatIf | Should -BeNullOrEmpty
        @(Get-EphemeralContainer web).Count | Should -Be $before
    }

    It 'refuses <Case>' -ForEach @(
        @{ Case = 'to run nothing'; Id = 'InvalidParameters'; Parameters = @{} }
        @{ Case = 'a command and a script'; Id = 'InvalidParameters'; Parameters = @{ Command = 'a'; Script = 'b' } }
        @{ Case = 'bytes as lines'; Id = 'InvalidParameters'; Parameters = @{ Command = 'a'; Raw = $true; Stream = $true } }
        @{ Case = 'a file that is not there'; Id = 'InputFileNotFound'; Parameters = @{ Command = 'a'; InputFile = '/no/such/file' } }
    ) {
        (Get-Failure { Invoke-EphemeralCommand -Pod web @Parameters }).FullyQualifiedErrorId | Should -BeLike "$Id,*"
    }

    It 'shows the first line in a table and all of it in a list' {
        $result = Invoke-EphemeralCommand web -Script 'echo one; echo two'
        $result | Format-Table | Out-String | Should -Match 'web +0 .*one'
        $result | Format-List | Out-String | Should -Match 'Output +: one\r?\n +two'
    }
}
