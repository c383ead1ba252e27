BeforeAll {
    . $PSScriptRoot/common.ps1
}

Describe 'Connect-EphemeralCluster' {
    AfterEach {
        Disconnect-EphemeralCluster
    }

    It 'opens the current context and gets the session' {
        $session = Connect-EphemeralCluster -KubeConfig $KubeConfig
        $session | Should -BeOfType ([EphemeralDebug.ClusterSession])
        $session.Server.Scheme | Should -Be 'https'
        $session.Namespace | Should -Be 'default'
        $session.ServerVersion | Should -Match '^v1\.\d+'
        Get-EphemeralCluster | Should -Be $session
    }

    It 'takes a relative path as PowerShell does' {
        Push-Location (Split-Path $KubeConfig)
        try {
            (Connect-EphemeralCluster (Join-Path '.' (Split-Path -Leaf $KubeConfig))).Context | Should -Not -BeNullOrEmpty
        }
        finally {
            Pop-Location
        }
    }

    It 'takes another namespace' {
        (Connect-EphemeralCluster $KubeConfig -Namespace other).Namespace | Should -Be 'other'
    }

    It 'says of <Case> what is wrong (<Id>)' -ForEach @(
        @{ Case = 'a kubeconfig that is missing'; Id = 'FileNotFound'; Category = 'ObjectNotFound'; Content = $null }
        @{ Case = 'an empty kubeconfig'; Id = 'Empty'; Category = 'InvalidData'; Content = '' }
        @{ Case = 'a kubeconfig that is not YAML'; Id = 'Malformed'; Category = 'InvalidData'; Content = "clusters: [`n  - name: {{{" }
    ) {
        $path = if ($null -eq $Content) { Join-Path $TestDrive 'nowhere' } else { New-TestFile 'bad.kubeconfig' $Content }
        $failure = Get-Failure { Connect-EphemeralCluster -KubeConfig $path }
        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $failure.TargetObject | Should -Be $path
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $failure.Exception.Message | Should -Not -Match '   at '
    }

    It 'says that the context is not there' {
        $failure = Get-Failure { Connect-EphemeralCluster $KubeConfig -Context nowhere }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ContextNotFound,*'
        $failure.Exception.Message | Should -Match 'nowhere'
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'says that the server is down' {
        $path = New-TestFile 'down.json' '{"current-context":"c","contexts":[{"name":"c","context":{"cluster":"k"}}],"clusters":[{"name":"k","cluster":{"server":"https://127.0.0.1:1"}}]}'
        $failure = Get-Failure { Connect-EphemeralCluster $path }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ServerUnreachable,*'
        $failure.CategoryInfo.Category | Should -Be 'ConnectionError'
        $failure.Exception.Message | Should -Match '127\.0\.0\.1:1'
    }

    It 'refuses a server whose CA is not the one of the kubeconfig' {
        $server = (Connect-EphemeralCluster $KubeConfig).Server
        $path = New-TestFile 'untrusted.json' ('{{"current-context":"c","contexts":[{{"name":"c","context":{{"cluster":"k"}}}}],"clusters":[{{"name":"k","cluster":{{"server":"{0}"}}}}]}}' -f $server)
        $failure = Get-Failure { Connect-EphemeralCluster $path }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ServerNotTrusted,*'
        $failure.CategoryInfo.Category | Should -Be 'SecurityError'
        $failure.ErrorDetails.RecommendedAction | Should -Match 'certificate-authority'
    }

    It 'takes a server and a token in place of a kubeconfig' {
        $text = Get-Content -Raw $KubeConfig
        $server = (Connect-EphemeralCluster $KubeConfig).Server
        $authority = New-TestFile 'ca.crt' ([Text.Encoding]::ASCII.GetString([Convert]::FromBase64String(
                    [regex]::Match($text, 'certificate-authority-data:\s*"?([A-Za-z0-9+/=]+)').Groups[1].Value)))
        $token = [regex]::Match($text, 'token:\s*"?([^"\s]+)').Groups[1].Value | ConvertTo-SecureString -AsPlainText
        $session = Connect-EphemeralCluster -Server $server -CertificateAuthority $authority -Token $token
        $session.Authentication | Should -Be 'token'
        $session.ServerVersion | Should -Not -BeNullOrEmpty
        { Get-EphemeralContainer -Pod web } | Should -Not -Throw
    }

    It 'acts as another user, whose missing rights are named' {
        $null = Connect-EphemeralCluster $KubeConfig -As nobody -AsGroup nothing
        $failure = Get-Failure { Get-EphemeralContainer -Pod web }
        $failure.FullyQualifiedErrorId | Should -BeLike 'Forbidden,*'
        $failure.CategoryInfo.Category | Should -Be 'PermissionDenied'
        $failure.Exception.Message | Should -Match 'nobody'
        $failure.ErrorDetails.RecommendedAction | Should -Match 'get pods'
    }

    It 'warns when the server is not verified' {
        $server = (Connect-EphemeralCluster $KubeConfig).Server
        $null = Connect-EphemeralCluster -Server $server -SkipCertificateCheck -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -HaveCount 1
        $warnings[0] | Should -Match 'not verified'
    }
}
