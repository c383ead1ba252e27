BeforeDiscovery {
    # Each case is the user, or the cluster's part, of a kubeconfig that is full of secrets, all of which begin alike.
    $cases = @(
        @{ Case = 'a token'; User = @{ token = 'SECRET' } }
        @{ Case = 'a token with a line end'; User = @{ token = "SECRET`nX: y" } }
        @{ Case = 'a password'; User = @{ username = 'someone'; password = 'SECRET' } }
        @{ Case = 'a key that is none'; User = @{ 'client-certificate-data' = 'U0VDUkVU'; 'client-key-data' = 'BASE64' } }
        @{ Case = 'a key in a file that is none'; User = @{ 'client-certificate' = 'FILE'; 'client-key' = 'FILE' } }
        @{ Case = 'a token in a file'; User = @{ tokenFile = 'FILE' } }
        @{ Case = 'an auth provider'; User = @{ 'auth-provider' = @{ name = 'oidc'; config = @{ 'id-token' = 'SECRET'; 'client-secret' = 'SECRET' } } } }
        @{ Case = 'a proxy with a password'; Cluster = @{ 'proxy-url' = 'http://someone:SECRET@127.0.0.1:1' } }
        @{ Case = 'a proxy that is none'; Cluster = @{ 'proxy-url' = 'gopher://someone:SECRET@127.0.0.1:1' } }
        @{ Case = 'a server with a password'; Cluster = @{ server = 'https://someone:SECRET@127.0.0.1:1' } }
    )
    $plugins = @(
        @{ Case = 'a token'; Script = 'echo "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"$WORD\"}}"' }
        @{ Case = 'what is no JSON'; Script = 'echo "$WORD"' }
        @{ Case = 'JSON that is cut'; Script = 'echo "{\"kind\":\"ExecCredential\",\"status\":{\"token\":\"$WORD"' }
        @{ Case = 'another kind'; Script = 'echo "{\"kind\":\"$WORD\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"$WORD\"}}"' }
        @{ Case = 'a key that is none'; Script = 'echo "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"clientCertificateData\":\"$WORD\",\"clientKeyData\":\"$WORD\"}}"' }
        @{ Case = 'output and a failure'; Script = 'echo "$WORD"; exit 3' }
    )
}

BeforeAll {
    . $PSScriptRoot/common.ps1
    $null = Connect-EphemeralCluster $KubeConfig
    $server = (Get-EphemeralCluster).Server.ToString()
    $authority = [regex]::Match((Get-Content -Raw $KubeConfig), 'certificate-authority-data:\s*"?([A-Za-z0-9+/=]+)').Groups[1].Value
    $secret = "canary-$([guid]::NewGuid().ToString('N'))"

    # Everything that a person or a transcript could get to see of what a script does.
    function Get-Trace([scriptblock] $Script) {
        $Error.Clear()
        $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
        $trace = @(
            & {
                try { & $Script } catch { $_ }
            } *>&1 | ForEach-Object { $_; $_ | Format-List * -Force; $_ | ConvertTo-Json -Depth 3 -WarningAction SilentlyContinue }
            foreach ($failure in $Error) {
                $failure | Format-List * -Force
                $failure.Exception.ToString()
                $failure | Get-Error
            }
            $path = Join-Path $TestDrive 'errors.xml'
            $Error | Export-Clixml $path -Depth 5
            Get-Content -Raw $path
            Get-EphemeralCluster | Format-List * -Force
            Get-EphemeralCluster | ConvertTo-Json -Depth 5 -WarningAction SilentlyContinue
        )
        $trace | Out-String -Width 10000
    }

    function Assert-NoSecret([string] $Trace) {
        $Trace | Should -Not -BeNullOrEmpty
        $forms = $secret, [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($secret)), [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("someone:$secret"))
        foreach ($form in $forms) {
            $Trace.Contains($form.TrimEnd('=').Substring(0, 20)) | Should -BeFalse -Because "no secret is shown, as in: $($Trace -split "`n" -match [regex]::Escape($form.Substring(0, 20)) | Select-Object -First 2)"
        }
    }

    function New-KubeConfig([hashtable] $User = @{ token = 'SECRET' }, [hashtable] $Cluster = @{}) {
        $file = New-TestFile 'secret.file' $secret
        $document = @{
            'current-context' = 'c'
            contexts          = @(@{ name = 'c'; context = @{ cluster = 'k'; user = 'u' } })
            clusters          = @(@{ name = 'k'; cluster = @{ server = $server; 'certificate-authority-data' = $authority } })
            users             = @(@{ name = 'u'; user = $User })
        }
        foreach ($key in $Cluster.Keys) {
            $document.clusters[0].cluster[$key] = $Cluster[$key]
        }

        $text = $document | ConvertTo-Json -Depth 10
        $encoded = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($secret))
        $text = $text.Replace('SECRET', $secret).Replace('BASE64', $encoded).Replace('FILE', $file.Replace('\', '\\'))
        New-TestFile 'secret.json' $text
    }
}

Describe 'Secrets' {
    AfterEach {
        Disconnect-EphemeralCluster
    }

    It 'would be found when they are shown by <_>' -ForEach 'Write-Verbose', 'Write-Debug', 'Write-Warning', 'Write-Host', 'Write-Output', 'Write-Error' {
        $command = $_
        { Assert-NoSecret (Get-Trace { & $command $secret }) } | Should -Throw
    }

    It 'are not shown, whatever becomes of <Case>' -ForEach $cases {
        $parts = @{}
        foreach ($part in 'User', 'Cluster') {
            if ($_.ContainsKey($part)) { $parts[$part] = $_[$part] }
        }
        $path = New-KubeConfig @parts
        Assert-NoSecret (Get-Trace {
                Connect-EphemeralCluster $path -Verbose -Debug
                Get-EphemeralContainer -Pod web -Verbose -Debug
            })
    }

    It 'are not shown when a plugin gives <Case>' -Skip:$IsWindows -ForEach $plugins {
        $path = New-KubeConfig @{
            exec = @{
                apiVersion      = 'client.authentication.k8s.io/v1'
                command         = 'sh'
                args            = @('-c', $Script, 'sh', 'SECRET')
                env             = @(@{ name = 'WORD'; value = 'SECRET' })
                interactiveMode = 'Never'
            }
        }
        Assert-NoSecret (Get-Trace {
                Connect-EphemeralCluster $path -Verbose -Debug
                Get-EphemeralContainer -Pod web -Verbose -Debug
            })
    }

    It 'are not shown when they are parameters' {
        $token = ConvertTo-SecureString $secret -AsPlainText
        Assert-NoSecret (Get-Trace { Connect-EphemeralCluster -Server $server -SkipCertificateCheck -Token $token -Verbose -Debug })
    }

    It 'are not shown of a session that works' {
        $text = Get-Content -Raw $KubeConfig
        $trace = Get-Trace {
            Connect-EphemeralCluster $KubeConfig -Verbose -Debug
            Get-EphemeralContainer -Pod web -Verbose -Debug
            Get-EphemeralContainer -Pod missing -Verbose -Debug
        }
        foreach ($found in [regex]::Matches($text, '(?:token|client-key-data):\s*"?([^"\s]{20,})')) {
            $trace.Contains($found.Groups[1].Value) | Should -BeFalse
        }
    }
}
