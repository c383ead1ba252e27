BeforeAll {
    . $PSScriptRoot/common.ps1
    $null = Connect-EphemeralCluster $KubeConfig
}

# What happens in a terminal is tested in a real one: EphemeralDebug.Module.Tests/TerminalSessionTests.cs.
Describe 'New-EphemeralDebugPod' {
    AfterEach {
        Get-EphemeralDebugPod | Remove-EphemeralDebugPod -Force
    }

    It 'copies a pod with a container that waits to be entered' {
        $copy = New-EphemeralDebugPod web busybox -CopyTo web-copy -Wait
        $copy | Should -BeOfType ([EphemeralDebug.DebugPod])
        $copy.Name | Should -Be 'web-copy'
        $copy.Kind | Should -Be 'Copy'
        $copy.SourcePod | Should -Be 'web'
        $copy.Phase | Should -Be 'Running'
        $copy.Image | Should -Be 'busybox'
        $copy.Container | Should -Match '^debugger-[bcdfghjklmnpqrstvwxz2456789]{5}$'
    }

    It 'copies one pod of a workload' {
        $labels = @{ app = 'copied' }
        New-ClusterObject apis/apps/v1/namespaces/default/deployments @{
            metadata = @{ name = 'copied' }
            spec = @{
                replicas = 2
                selector = @{ matchLabels = $labels }
                template = @{ metadata = @{ labels = $labels }; spec = @{ containers = @(@{ name = 'app'; image = 'nginx' }) } }
            }
        }
        $null = New-EphemeralContainer -Selector app=copied -Image busybox -Wait
        @(New-EphemeralDebugPod deployment/copied busybox).SourcePod | Should -Match '^copied-'
        @(Get-EphemeralDebugPod).Count | Should -Be 1
    }

    It 'makes a pod on a node' {
        $pod = New-EphemeralDebugPod -Node sandbox-node -Image busybox -Wait
        $pod.Name | Should -Match '^node-debugger-sandbox-node-[bcdfghjklmnpqrstvwxz2456789]{5}$'
        $pod.Kind | Should -Be 'Node'
        $pod.Node | Should -Be 'sandbox-node'
        $pod.Container | Should -Be 'debugger'
        $pod.Phase | Should -Be 'Running'
    }

    It 'takes pods and nodes from one pipeline, and names the ones that failed' {
        $failures = $null
        $made = 'web', 'node/sandbox-node', 'missing', 'node/missing', 'api' |
            New-EphemeralDebugPod -Image busybox -ErrorAction SilentlyContinue -ErrorVariable failures
        $made.Kind | Sort-Object | Should -Be @('Copy', 'Copy', 'Node')
        $made | Where-Object Kind -EQ Copy | ForEach-Object SourcePod | Sort-Object | Should -Be @('api', 'web')
        $failures.TargetObject | Sort-Object | Should -Be @('missing', 'node/missing')
        $failures.FullyQualifiedErrorId | Sort-Object | Should -BeLike '*NotFound,*'
    }

    It 'takes what kubectl get node -o json says' {
        $node = [pscustomobject]@{ kind = 'Node'; metadata = [pscustomobject]@{ name = 'sandbox-node' } }
        ($node | New-EphemeralDebugPod -Image busybox).Node | Should -Be 'sandbox-node'
        (New-EphemeralDebugPod -Node $node -Image busybox).Node | Should -Be 'sandbox-node'
    }

    It 'changes a container of the pod in place of adding one' {
        $copy = New-EphemeralDebugPod web -Container app -Command sleep, 600 -Image busybox:1.36 -Wait
        $copy.Container | Should -Be 'app'
        $copy.Image | Should -Be 'busybox:1.36'
    }

    It 'sets images, and needs no container for that' {
        $copy = New-EphemeralDebugPod web -SetImage @{ '*' = 'busybox' }
        $copy.Container | Should -BeNullOrEmpty
        $copy.SourcePod | Should -Be 'web'
    }

    It 'warns of an image for a container that is not there' {
        $warnings = $null
        $null = New-EphemeralDebugPod web -SetImage @{ '*' = 'busybox'; nobody = 'busybox' } -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -Match 'nobody'
    }

    It 'takes a custom profile as a hashtable, a file or a text: <Case>' -ForEach @(
        @{ Case = 'hashtable'; Profile = @{ imagePullPolicy = 'Sometimes' } }
        @{ Case = 'YAML'; Profile = "imagePullPolicy: Sometimes`n" }
        @{ Case = 'file'; Profile = $null }
    ) {
        $given = $Profile ?? (New-TestFile profile.json '{"imagePullPolicy":"Sometimes"}')
        $failure = Get-Failure { New-EphemeralDebugPod web busybox -CustomProfile $given }
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidRequest,*'
        $failure.Exception.Message | Should -Match 'Sometimes'
    }

    It 'replaces a pod, and says so beforehand' {
        $null = New-EphemeralDebugPod api busybox -CopyTo to-be-replaced -Wait
        $text = pwsh -NoProfile -NonInteractive -Command "
            Import-Module '$((Get-Module EphemeralDebug).Path)'
            `$null = Connect-EphemeralCluster '$KubeConfig'
            New-EphemeralDebugPod to-be-replaced busybox -Replace -WhatIf"
        "$text" | Should -Match "DELETE the original pod 'default/to-be-replaced'"
        "$text" | Should -Match 'would accept'
        $copy = New-EphemeralDebugPod to-be-replaced busybox -CopyTo replacement -Replace
        (Get-EphemeralDebugPod).Name | Should -Be @($copy.Name)
    }

    It 'creates nothing with -WhatIf, and tells what the server would refuse' {
        New-EphemeralDebugPod web busybox -WhatIf | Should -BeNullOrEmpty
        New-EphemeralDebugPod -Node sandbox-node busybox -WhatIf | Should -BeNullOrEmpty
        $failure = Get-Failure { New-EphemeralDebugPod web busybox -CopyTo 'No_Name' -WhatIf }
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidRequest,*'
        Get-EphemeralDebugPod | Should -BeNullOrEmpty
    }

    It 'refuses <Case> (<Id>)' -ForEach @(
        @{ Case = 'a copy without a difference'; Id = 'NothingToChange'; Parameters = @{ Pod = 'web' } }
        @{ Case = 'a command for nobody'; Id = 'ContainerNotNamed'; Parameters = @{ Pod = 'web'; Command = 'sh' } }
        @{ Case = 'an image with blanks'; Id = 'InvalidImage'; Parameters = @{ Pod = 'web'; Image = 'bad image' } }
        @{ Case = 'a node without an image'; Id = 'InvalidImage'; Parameters = @{ Node = 'sandbox-node' } }
        @{ Case = 'a terminal without input'; Id = 'TtyWithoutStdin'; Parameters = @{ Pod = 'web'; Image = 'busybox'; Tty = $true } }
        @{ Case = 'a name that is taken'; Id = 'AlreadyExists'; Parameters = @{ Pod = 'web'; Image = 'busybox'; CopyTo = 'api' } }
        @{ Case = 'what is no node'; Id = 'InvalidNode'; Parameters = @{ Node = 'a/b/c'; Image = 'busybox' } }
        @{ Case = 'a name for a copy of a node'; Id = 'InvalidNode'; Parameters = @{ Pod = 'node/sandbox-node'; Image = 'busybox'; CopyTo = 'x' } }
    ) {
        $failure = Get-Failure { New-EphemeralDebugPod @Parameters }
        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        Get-EphemeralDebugPod | Should -BeNullOrEmpty
    }

    It 'says that the pod stays when the wait for it fails' {
        $warnings = $failures = $null
        New-EphemeralDebugPod web no/such:image -CopyTo stays -Wait -StartGraceSec 0.5 -WarningVariable warnings -WarningAction SilentlyContinue -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures.FullyQualifiedErrorId | Should -BeLike 'ContainerNotStarting,*'
        $warnings | Should -Match 'Remove-EphemeralDebugPod'
        (Get-EphemeralDebugPod).Name | Should -Be 'stays'
    }

    It 'names the right that a user lacks: <Right>' -ForEach @(
        @{ Right = 'create pods'; Parameters = @{ Pod = 'web' } }
        @{ Right = 'get nodes'; Parameters = @{ Node = 'sandbox-node' } }
    ) {
        $session = Connect-EphemeralCluster $KubeConfig -Context viewer
        try {
            $failure = Get-Failure { New-EphemeralDebugPod @Parameters -Image busybox -Session $session }
            $failure.FullyQualifiedErrorId | Should -BeLike 'Forbidden,*'
            $failure.CategoryInfo.Category | Should -Be 'PermissionDenied'
            $failure.ErrorDetails.RecommendedAction | Should -Match $Right
        }
        finally {
            $null = Connect-EphemeralCluster $KubeConfig
        }
    }

    It 'needs a terminal for -Enter, before anything is made' {
        $failure = Get-Failure { $null | New-EphemeralDebugPod web busybox -Enter }
        $failure.FullyQualifiedErrorId | Should -BeLike 'TerminalUnavailable,*'
        Get-EphemeralDebugPod | Should -BeNullOrEmpty
    }
}
