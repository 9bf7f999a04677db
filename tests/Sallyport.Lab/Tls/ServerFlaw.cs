using System;

namespace Sallyport.Lab.Tls;

/// <summary>What the scripted server does wrong. Each is a shape of a published bug; none is on by default.</summary>
[Flags]
public enum ServerFlaw
{
    None = 0,

    /// <summary>Goes on although a certificate was requested, required, and no Certificate message came (CVE-2022-25640).</summary>
    AcceptOmittedCertificate = 1,

    /// <summary>Believes a certificate without CertificateVerify (CVE-2022-25640).</summary>
    AcceptOmittedCertificateVerify = 2,

    /// <summary>Believes a CertificateVerify whose signature is wrong.</summary>
    AcceptWrongSignature = 4,

    /// <summary>Takes a CertificateVerify with a scheme that was not offered or is for another kind of key (CVE-2022-25638).</summary>
    AcceptAnyScheme = 8,

    /// <summary>Does not verify the client's chain.</summary>
    AcceptUntrustedChain = 16,

    /// <summary>Serves a protected path after Finished without Certificate in post-handshake authentication or renegotiation (CVE-2026-55962).</summary>
    AcceptFinishedAlone = 32,

    /// <summary>Resumes a ticket of one name under another, identity included (CVE-2025-23419).</summary>
    ResumeAcrossNames = 64,

    /// <summary>Takes the default site when the ClientHello came in several records (CVE-2026-32305).</summary>
    LoseNameWhenFragmented = 128,

    /// <summary>Executes early data and answers it.</summary>
    ServeEarlyData = 256,

    /// <summary>Serves whatever Host says, whatever name the connection is for.</summary>
    ServeAnyHost = 512,

    /// <summary>Uses the first ticket key it finds: any name's ticket resumes, but the certificate is asked for again at HTTP (safe shape).</summary>
    RefuseResumedAtHttp = 1024,
}
