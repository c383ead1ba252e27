BeforeAll {
    . $PSScriptRoot/common.ps1
    $null = Connect-EphemeralCluster $KubeConfig
}

Describe 'Test-EphemeralCluster' {
    It 'checks the cluster and the namespace without a pod' {
        $checks = Test-EphemeralCluster
        $checks | Should -BeOfType EphemeralDebug.EphemeralClusterCheck
        $checks.Name | Should -Contain Server
        $checks.Name | Should -Not -Contain Pod
        $checks.Passed | Should -Not -Contain $false
        $checks[0].Namespace | Should -Be default
        $checks[0].Pod | Should -BeNullOrEmpty
    }

    It 'checks a pod and its target' {
        $checks = Test-EphemeralCluster web -Target app
        $checks.Passed | Should -Not -Contain $false
        $checks | Where-Object Name -eq Target | ForEach-Object Reason | Should -Be "Container 'app' is running."
    }

    It 'names a target that is not there, with those that are' {
        $check = Test-EphemeralCluster web -Target nope | Where-Object Name -eq Target
        $check.Passed | Should -BeFalse
        $check.Remedy | Should -Match 'app, sidecar'
    }

    It 'takes pods from the pipeline, and an empty pipeline asks for nothing' {
        $checks = 'web', 'default/api' | Test-EphemeralCluster
        $checks.Pod | Select-Object -Unique | Sort-Object | Should -Be api, web
        @() | Test-EphemeralCluster | Should -BeNullOrEmpty
    }

    It 'says yes or no when asked to be quiet' {
        Test-EphemeralCluster web -Quiet | Should -BeTrue
        Test-EphemeralCluster missing -Quiet | Should -BeFalse
        'web', 'missing' | Test-EphemeralCluster -Quiet | Sort-Object | Should -Be $false, $true
    }

    It 'tells a viewer what is missing and which role gives it' {
        $viewer = Connect-EphemeralCluster $KubeConfig -Context viewer
        $checks = Test-EphemeralCluster web -Session $viewer
        $add = $checks | Where-Object Name -eq AddContainers
        $add.Passed | Should -BeFalse
        $add.Severity | Should -Be Required
        $add.Reason | Should -Match 'patch pods/ephemeralcontainers'
        $add.Remedy | Should -Match '(?m)^kind: Role$'
        $add.Remedy | Should -Match '(?ms)kind: ServiceAccount\s+name: "viewer"'
        ($checks | Where-Object Name -eq Namespace).Passed | Should -BeNullOrEmpty
        Test-EphemeralCluster web -Session $viewer -Quiet | Should -BeFalse
    }

    It 'finds all that a debugger needs, and what only some need' {
        $debugger = Connect-EphemeralCluster $KubeConfig -Context debugger
        $checks = Test-EphemeralCluster web -Session $debugger
        $checks | Where-Object { $_.Severity -eq 'Required' -and $_.Passed -eq $false } | Should -BeNullOrEmpty
        ($checks | Where-Object Passed -eq $false).Name | Should -Be NamespaceInformation, DebugPods, NodeInformation
        Test-EphemeralCluster web -Session $debugger -Quiet | Should -BeTrue
    }

    It 'reports a server that is gone as a finding, not as an error' {
        $file = New-TestFile gone.kubeconfig '{"current-context":"c","clusters":[{"name":"k","cluster":{"server":"https://127.0.0.1:9"}}],"users":[{"name":"u","user":{}}],"contexts":[{"name":"c","context":{"cluster":"k","user":"u"}}]}'
        $text = pwsh -NoProfile -Command "Import-Module '$((Get-Module EphemeralDebug).Path)'; `$env:KUBECONFIG = '$file'; Test-EphemeralCluster | ConvertTo-Json"
        $check = $text | ConvertFrom-Json
        $check.Name | Should -Be Server
        $check.Passed | Should -BeFalse
        $check.Remedy | Should -Not -BeNullOrEmpty
    }

    It 'marks each check in the table, with what to do about the failed ones' {
        $null = Connect-EphemeralCluster $KubeConfig
        $text = Test-EphemeralCluster web -Target nope | Out-String -Width 200
        $text | Should -Match 'pod default/web'
        $text | Should -Match '✓\S* +Server'
        $text | Should -Match '✗\S* +Target +The pod has no container'
        $text | Should -Match '→ Its containers are: app, sidecar'
    }

    It 'shows no colours where there should be none' {
        $rendering = $PSStyle.OutputRendering
        try {
            $PSStyle.OutputRendering = 'PlainText'
            Test-EphemeralCluster | Out-String | Should -Not -Match "`e"
        }
        finally {
            $PSStyle.OutputRendering = $rendering
        }
    }
}
