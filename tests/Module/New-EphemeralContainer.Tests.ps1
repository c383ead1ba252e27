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

    It 'takes a default image where none is named' {
        $container = New-EphemeralContainer web -Wait
        $container.Image | Should -Be 'busybox:1.36'
        $container.State | Should -Be 'Running'
    }

    Context 'with -CustomProfile' {
        It 'takes <Case>' -ForEach @(
            @{ Case = 'a hashtable'; Custom = { @{ workingDir = '/tmp'; securityContext = @{ runAsUser = 5 }; env = @(@{ name = 'A'; value = '1' }) } } }
            @{ Case = 'an object'; Custom = { '{"workingDir":"/tmp","securityContext":{"runAsUser":5},"env":[{"name":"A","value":"1"}]}' | ConvertFrom-Json } }
            @{ Case = 'JSON text'; Custom = { '{"workingDir":"/tmp","securityContext":{"runAsUser":5},"env":[{"name":"A","value":"1"}]}' } }
            @{ Case = 'YAML text'; Custom = { "workingDir: /tmp`nsecurityContext: {runAsUser: 5}`nenv:`n- name: A`n  value: '1'`n" } }
            @{ Case = 'a JSON file'; Custom = { New-TestFile custom.json '{"workingDir":"/tmp","securityContext":{"runAsUser":5},"env":[{"name":"A","value":"1"}]}' } }
            @{ Case = 'a YAML file'; Custom = { New-TestFile custom.yaml "workingDir: /tmp`nsecurityContext:`n  runAsUser: 5`nenv:`n- {name: A, value: '1'}`n" } }
            @{ Case = 'a file object'; Custom = { Get-Item (New-TestFile item.yaml "workingDir: /tmp`nsecurityContext: {runAsUser: 5}`nenv: [{name: A, value: '1'}]") } }
        ) {
            $container = New-EphemeralContainer web -Profile Baseline -CustomProfile (& $Custom) -Command 'sleep', '1'
            $container.WorkingDirectory | Should -Be '/tmp'
            $container.SecurityContext | Should -Be '{"runAsUser":5}'
            $container.Environment | Should -Be 'A=1'
        }

        It 'takes a path relative to the location' {
            $null = New-TestFile relative.json '{"workingDir":"/relative"}'
            Push-Location $TestDrive
            try {
                (New-EphemeralContainer web -CustomProfile ./relative.json).WorkingDirectory | Should -Be '/relative'
            }
            finally {
                Pop-Location
            }
        }

        It 'removes with null what the profile set' {
            (New-EphemeralContainer web -CustomProfile @{ securityContext = $null }).SecurityContext | Should -BeNullOrEmpty
        }

        It 'refuses <Case> (<Id>)' -ForEach @(
            @{ Case = 'a file that is not there'; Id = 'CustomProfileNotRead'; Custom = { Join-Path $TestDrive 'missing.json' } }
            @{ Case = 'a list'; Id = 'InvalidCustomProfile'; Custom = { , @(1, 2) } }
            @{ Case = 'a file of something else'; Id = 'InvalidCustomProfile'; Custom = { New-TestFile words.txt 'just words' } }
            @{ Case = 'a value that is no JSON'; Id = 'InvalidCustomProfile'; Custom = { @{ workingDir = { } } } }
            @{ Case = 'a field that is not its own'; Id = 'UnsupportedField'; Custom = { @{ image = 'alpine' } } }
            @{ Case = 'a field that no ephemeral container has'; Id = 'UnsupportedField'; Custom = { @{ ports = @(@{ containerPort = 80 }) } } }
        ) {
            $failure = Get-Failure { New-EphemeralContainer web -CustomProfile (& $Custom) }
            $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }
    }

    Context 'in a namespace that enforces PodSecurity restricted' {
        BeforeAll {
            $restricted = @{ allowPrivilegeEscalation = $false; runAsNonRoot = $true; runAsUser = 1234; capabilities = @{ drop = @('ALL') }; seccompProfile = @{ type = 'RuntimeDefault' } }
            New-ClusterPod tight -Labels @{ 'pod-security.kubernetes.io/enforce' = 'restricted' } -Spec @{
                containers = @(@{ name = 'app'; image = 'busybox:1.36'; command = @('sleep', '1000000'); securityContext = $restricted })
            }
        }

        It 'takes with -Profile Auto the profile that is allowed and the target''s user, and says why' {
            $said = New-EphemeralContainer tight/web -Profile Auto -Wait -Verbose 4>&1
            $container = $said | Where-Object { $_ -is [EphemeralDebug.EphemeralContainer] }
            $container.State | Should -Be 'Running'
            $container.Profile | Should -Be 'Restricted'
            $container.ProfileReason | Should -Match "namespace 'tight' enforces PodSecurity level restricted"
            $container.ProfileReason | Should -Match 'user 1234'
            ($container.SecurityContext | ConvertFrom-Json).runAsUser | Should -Be 1234
            $said -join ' ' | Should -Match 'profile Restricted, because'
        }

        It 'says of another profile that it is refused, and what to do' {
            $failure = Get-Failure { New-EphemeralContainer tight/web -Profile General }
            $failure.FullyQualifiedErrorId | Should -BeLike 'Forbidden,*'
            $failure.CategoryInfo.Category | Should -Be 'PermissionDenied'
            $failure.ErrorDetails.RecommendedAction | Should -Match '-Profile Auto'
        }

        It 'shows with -WhatIf the error that the server would give, and changes nothing' {
            $before = @(Get-EphemeralContainer tight/web).Count
            $failures = $null
            $said = New-EphemeralContainer tight/web -WhatIf -PassThru -ErrorAction SilentlyContinue -ErrorVariable failures 6>&1
            $preview = $said | Where-Object { $_ -is [EphemeralDebug.ContainerPreview] }
            $preview.Accepted | Should -BeFalse
            $preview.Error | Should -Match 'violates PodSecurity'
            $failures[0].FullyQualifiedErrorId | Should -BeLike 'Forbidden,*'
            $said -join ' ' | Should -Match 'would refuse'
            @(Get-EphemeralContainer tight/web).Count | Should -Be $before
        }

        It 'refuses root under profile Restricted before anything is sent' {
            (Get-Failure { New-EphemeralContainer tight/web -Profile Restricted -RunAsUser 0 }).FullyQualifiedErrorId | Should -BeLike 'RootNotAllowed,*'
        }
    }

    Context 'in a namespace that warns' {
        BeforeAll {
            New-ClusterPod warned -Labels @{ 'pod-security.kubernetes.io/warn' = 'baseline' } -Spec @{
                containers = @(@{ name = 'app'; image = 'busybox:1.36'; command = @('sleep', '1000000') })
            }
        }

        It 'shows the server''s warning, <Case>' -ForEach @(
            @{ Case = 'in earnest'; Parameters = @{} }
            @{ Case = 'with -WhatIf'; Parameters = @{ WhatIf = $true } }
        ) {
            $warnings = $null
            $null = New-EphemeralContainer warned/web -Name "warned-$(Get-Random)" @Parameters -WarningVariable warnings -WarningAction SilentlyContinue 6>$null
            $warnings | Should -HaveCount 1
            $warnings[0] | Should -Match '^would violate PodSecurity "baseline:latest": '
        }

        It 'shows a warning that comes for several pods once' {
            New-ClusterObject api/v1/namespaces/warned/pods @{
                metadata = @{ name = 'other' }; spec = @{ containers = @(@{ name = 'app'; image = 'busybox:1.36'; command = @('sleep', '1000000') }) }
            }
            $warnings = $null
            $null = 'web', 'other' | New-EphemeralContainer -Namespace warned -Name same -WarningVariable warnings -WarningAction SilentlyContinue
            $same = @($warnings | ForEach-Object { "$_" } | Select-Object -Unique)
            @($warnings).Count | Should -Be $same.Count
        }
    }

    It 'shows with -WhatIf the patch and what the server would say, and gets it with -PassThru' {
        $said = New-EphemeralContainer web -Target app -WhatIf -PassThru 6>&1
        $preview = $said | Where-Object { $_ -is [EphemeralDebug.ContainerPreview] }
        $preview.Accepted | Should -BeTrue
        $preview.Path | Should -Be '/api/v1/namespaces/default/pods/web/ephemeralcontainers'
        $sent = ($preview.Patch | ConvertFrom-Json).spec.ephemeralContainers
        $sent.targetContainerName | Should -Be 'app'
        $sent.name | Should -Be $preview.Name
        $said -join "`n" | Should -Match 'would accept'
    }

    Context 'with a pod that has much to take over' {
        BeforeAll {
            New-ClusterPod rich -Annotations @{ 'kubectl.kubernetes.io/default-container' = 'app' } -Spec @{
                automountServiceAccountToken = $false
                volumes = @(@{ name = 'data'; emptyDir = @{} })
                containers = @(
                    @{ name = 'first'; image = 'busybox:1.36'; command = @('sleep', '1000000') }
                    @{
                        name = 'app'; image = 'busybox:1.36'; command = @('sleep', '1000000')
                        securityContext = @{ runAsUser = 1001; runAsGroup = 1002 }
                        env = @(@{ name = 'MODE'; value = 'prod' }, @{ name = 'LEVEL'; value = '1' })
                        volumeMounts = @(@{ name = 'data'; mountPath = '/data' }, @{ name = 'data'; mountPath = '/sub'; subPath = 'x' })
                    }
                )
            }
        }

        It 'mounts the volumes of the default container and warns of a sub-path' {
            $warnings = $null
            $container = New-EphemeralContainer rich/web -CopyVolumeMount -Wait -WarningVariable warnings -WarningAction SilentlyContinue
            $container.State | Should -Be 'Running'
            $container.Mounts | Should -Be '/data from data (rw)'
            $warnings | Should -HaveCount 1
            $warnings[0] | Should -Match '/sub \(volume data\)'
        }

        It 'takes over the environment, and -Environment is stronger' {
            $container = New-EphemeralContainer rich/web -CopyEnvironment -Environment @{ MODE = 'debug' } -Command sh, -c, 'test "$MODE$LEVEL" = debug1' -Wait |
                Wait-EphemeralContainer -Until Terminated
            $container.Environment | Should -Be @('MODE=debug', 'LEVEL=1')
            $container.ExitCode | Should -Be 0
        }

        It 'takes them over from the target when there is one' {
            (New-EphemeralContainer rich/web -Target first -CopyEnvironment -Command 'true').Environment | Should -BeNullOrEmpty
        }

        It 'runs as the user and group that <Case>' -ForEach @(
            @{ Case = 'are named'; Parameters = @{ RunAsUser = 7; RunAsGroup = 8 }; Expected = '7:8' }
            @{ Case = 'the target has'; Parameters = @{ RunAsTarget = $true; Target = 'app' }; Expected = '1001:1002' }
            @{ Case = 'are named, before the target''s'; Parameters = @{ RunAsTarget = $true; RunAsUser = 7 }; Expected = '7:1002' }
        ) {
            $container = New-EphemeralContainer rich/web @Parameters -Profile Baseline -Command sh, -c, "test `$(id -u):`$(id -g) = $Expected" -Wait |
                Wait-EphemeralContainer -Until Terminated
            $container.ExitCode | Should -Be 0
        }

        It 'warns when the user cannot use what the profile adds' {
            $warnings = $null
            $null = New-EphemeralContainer rich/web -RunAsUser 7 -WarningVariable warnings -WarningAction SilentlyContinue
            $warnings[0] | Should -Match 'user 7'
        }

        It 'refuses a user that is none: <User>' -ForEach @(@{ User = -1 }, @{ User = 2147483648 }) {
            (Get-Failure { New-EphemeralContainer rich/web -RunAsUser $User }).FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
        }
    }

    Context 'with -Reuse' {
        BeforeAll {
            New-ClusterPod reuse -Spec @{ containers = @(@{ name = 'app'; image = 'busybox:1.36'; command = @('sleep', '1000000') }) }
        }

        It 'adds one, then takes it again and says so' {
            $first = New-EphemeralContainer reuse/web -Target app -Reuse -Wait
            $said = New-EphemeralContainer reuse/web -Target app -Reuse -Verbose 4>&1
            $second = $said | Where-Object { $_ -is [EphemeralDebug.EphemeralContainer] }
            $first.Reused | Should -BeFalse
            $second.Reused | Should -BeTrue
            $second.Name | Should -Be $first.Name
            $said -join ' ' | Should -Match 'runs already'
        }

        It 'takes it whatever its name, and by its name too' {
            $first = New-EphemeralContainer reuse/web -Target app -Reuse
            (New-EphemeralContainer reuse/web -Target app -Reuse -Name other).Name | Should -Be $first.Name
            (New-EphemeralContainer reuse/web -Target app -Reuse -Name $first.Name).Reused | Should -BeTrue
        }

        It 'adds another when something else is asked for' {
            (New-EphemeralContainer reuse/web -Target app -Reuse -Environment @{ A = 1 } -Wait).Reused | Should -BeFalse
            (New-EphemeralContainer reuse/web -Target app -Reuse -Profile SysAdmin -Wait).Reused | Should -BeFalse
        }

        It 'never takes one that has ended' {
            $ended = New-EphemeralContainer reuse/web -Command sh, -c, 'exit 0' -Wait | Wait-EphemeralContainer -Until Terminated
            $again = New-EphemeralContainer reuse/web -Command sh, -c, 'exit 0' -Reuse
            $again.Reused | Should -BeFalse
            $again.Name | Should -Not -Be $ended.Name
        }

        It 'uses nothing with -WhatIf' {
            $null = New-EphemeralContainer reuse/web -Target app -Reuse -Wait
            New-EphemeralContainer reuse/web -Target app -Reuse -WhatIf | Should -BeNullOrEmpty
        }
    }

    Context 'with a pod for Windows' {
        BeforeAll {
            New-ClusterPod windows -Spec @{
                os = @{ name = 'windows' }
                nodeSelector = @{ 'kubernetes.io/os' = 'windows'; 'node.kubernetes.io/windows-build' = '10.0.20348' }
                containers = @(@{ name = 'app'; image = 'mcr.microsoft.com/windows/nanoserver:ltsc2022' })
            }
        }

        It 'takes an image of the node''s version and waits by a command that it has' {
            $container = New-EphemeralContainer windows/web
            $container.Image | Should -Be 'mcr.microsoft.com/windows/nanoserver:ltsc2022'
            $container.Command[0] | Should -Be 'cmd'
            $container.SecurityContext | Should -BeNullOrEmpty
        }

        It 'takes with -Profile Auto one that exists there' {
            (New-EphemeralContainer windows/web -Profile Auto).Profile | Should -Be 'Baseline'
        }

        It 'refuses <Case> before anything is sent' -ForEach @(
            @{ Case = 'a target'; Parameters = @{ Target = 'app' } }
            @{ Case = 'capabilities'; Parameters = @{ Profile = 'General' } }
            @{ Case = 'a user by number'; Parameters = @{ RunAsUser = 5 } }
        ) {
            $failure = Get-Failure { New-EphemeralContainer windows/web @Parameters }
            $failure.FullyQualifiedErrorId | Should -BeLike 'NotOnWindows,*'
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
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
