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

    Context 'with a client certificate' {
        BeforeAll {
            $session = Connect-EphemeralCluster $KubeConfig
            $there = @{ Server = $session.Server; SkipCertificateCheck = $true; WarningAction = 'SilentlyContinue' }
            $entries = @{}
            foreach ($name in 'client-certificate-data', 'client-key-data') {
                $data = [regex]::Match((Get-Content -Raw $KubeConfig), "${name}:\s*`"?([A-Za-z0-9+/=]+)").Groups[1].Value
                $entries[$name] = [Text.Encoding]::ASCII.GetString([Convert]::FromBase64String($data))
            }

            # A certificate that nobody has signed but its own key.
            function New-Certificate([string] $Kind) {
                $request = if ($Kind -eq 'RSA') {
                    [Security.Cryptography.X509Certificates.CertificateRequest]::new(
                        'CN=stranger', [Security.Cryptography.RSA]::Create(2048), 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
                }
                else {
                    [Security.Cryptography.X509Certificates.CertificateRequest]::new(
                        'CN=stranger', [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256), 'SHA256')
                }
                $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddHours(-1), [DateTimeOffset]::UtcNow.AddHours(1))
            }
        }

        It 'is who the certificate says' {
            $certificate = [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem(
                $entries['client-certificate-data'], $entries['client-key-data'])
            $session = Connect-EphemeralCluster @there -Certificate $certificate
            $session.Authentication | Should -Be 'client certificate'
            { Get-EphemeralContainer -Pod web -ErrorAction Stop } | Should -Not -Throw
        }

        It 'presents an <_> certificate, which a server that does not know it refuses' -ForEach 'RSA', 'EC' {
            $failure = Get-Failure { Connect-EphemeralCluster @there -Certificate (New-Certificate $_) }
            $failure.FullyQualifiedErrorId | Should -BeLike 'Unauthorized,*'
            $failure.CategoryInfo.Category | Should -Be 'AuthenticationError'
        }

        It 'needs the private key' {
            $public = [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem($entries['client-certificate-data'])
            $failure = Get-Failure { Connect-EphemeralCluster @there -Certificate $public }
            $failure.CategoryInfo.Category | Should -BeIn 'InvalidArgument', 'InvalidData'
            $failure.Exception.Message | Should -Match 'private key'
        }
    }

    It 'refuses a token that the server does not know' {
        $server = (Connect-EphemeralCluster $KubeConfig).Server
        $token = ConvertTo-SecureString 'nobodys-token' -AsPlainText
        $failure = Get-Failure { Connect-EphemeralCluster -Server $server -SkipCertificateCheck -Token $token -WarningAction SilentlyContinue }
        $failure.FullyQualifiedErrorId | Should -BeLike 'Unauthorized,*'
        $failure | Format-List * -Force | Out-String | Should -Not -Match 'nobodys-token'
    }

    It 'refuses groups without a user' {
        $failure = Get-Failure { Connect-EphemeralCluster $KubeConfig -AsGroup developers }
        $failure.CategoryInfo.Category | Should -BeIn 'InvalidArgument', 'InvalidData'
    }

    It 'acts for each of the groups' {
        $null = Connect-EphemeralCluster $KubeConfig -As someone -AsGroup first, 'system:masters'
        { Get-EphemeralContainer -Pod web -ErrorAction Stop } | Should -Not -Throw
    }

    It 'says outside of a pod that there is no service account' {
        $before = $env:KUBERNETES_SERVICE_HOST
        try {
            $env:KUBERNETES_SERVICE_HOST = $null
            $failure = Get-Failure { Connect-EphemeralCluster -InCluster }
            $failure.FullyQualifiedErrorId | Should -BeLike 'NotInCluster,*'
            $failure.Exception.Message | Should -Match 'KUBERNETES_SERVICE_HOST'
            $failure.ErrorDetails.RecommendedAction | Should -Match 'kubeconfig'
        }
        finally {
            $env:KUBERNETES_SERVICE_HOST = $before
        }
    }

    It 'warns that it withholds a token over plain http, and does' {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $answering = Start-ThreadJob -ArgumentList $listener -ScriptBlock {
            param($Listener)
            $client = $Listener.AcceptTcpClient()
            $reader = [IO.StreamReader]::new($client.GetStream())
            while ($line = $reader.ReadLine()) { $line }
            $body = '{"gitVersion":"v1.36.2"}'
            $answer = "HTTP/1.1 200 OK`r`nContent-Type: application/json`r`nContent-Length: $($body.Length)`r`nConnection: close`r`n`r`n$body"
            $client.GetStream().Write([Text.Encoding]::ASCII.GetBytes($answer))
            $client.Dispose()
        }
        try {
            $token = ConvertTo-SecureString 'withheld-token' -AsPlainText
            $session = Connect-EphemeralCluster -Server "http://$($listener.LocalEndpoint)" -Token $token -WarningVariable warnings -WarningAction SilentlyContinue
            $session.ServerVersion | Should -Be 'v1.36.2'
            $warnings -join ' ' | Should -Match 'withheld.*plain http'
            $request = $answering | Wait-Job -Timeout 60 | Receive-Job
            $request | Should -Contain 'GET /version HTTP/1.1'
            $request -join ' ' | Should -Not -Match 'Authorization|withheld-token'
        }
        finally {
            $listener.Stop()
            $answering | Remove-Job -Force
        }
    }
}
