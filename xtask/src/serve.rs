//! `serve`: `dist/` on this machine, with the headers that allow shared
//! memory. Only the machine itself can reach it.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::http::{HeaderName, HeaderValue};
use tokio::net::TcpListener;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::paths::dist;

/// Sent always: a browser asks again each time and hears "not modified";
/// pages elsewhere may embed the files.
const ALWAYS: [(&str, &str); 2] = [
    ("cache-control", "no-cache"),
    ("cross-origin-resource-policy", "cross-origin"),
];
/// Together they make a page cross-origin isolated.
const ISOLATION: [(&str, &str); 2] = [
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
];

/// Serves until it is interrupted.
pub fn run(port: u16, is_isolated: bool) -> Result<()> {
    tokio::runtime::Runtime::new()
        .context("cannot start the server's threads")?
        .block_on(serve(port, is_isolated))
}

async fn serve(port: u16, is_isolated: bool) -> Result<()> {
    let first = listen(Ipv4Addr::LOCALHOST.into(), port).await?;
    let port = first.local_addr()?.port();
    // `localhost` may mean either address; a machine without the second is fine.
    let second = listen(Ipv6Addr::LOCALHOST.into(), port).await.ok();
    let isolation = if is_isolated {
        "isolated"
    } else {
        "not isolated"
    };
    println!("http://localhost:{port}/ ({isolation}; Ctrl+C ends it)");
    let site = site(is_isolated);
    if let Some(second) = second {
        tokio::spawn(axum::serve(second, site.clone()).into_future());
    }
    axum::serve(first, site).await.context("the server stopped")
}

async fn listen(address: IpAddr, port: u16) -> Result<TcpListener> {
    match TcpListener::bind(SocketAddr::new(address, port)).await {
        Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
            "port {port} is in use: stop what uses it, or choose another with `--port {}`",
            port.wrapping_add(1)
        ),
        result => result.with_context(|| format!("cannot listen on {address}, port {port}")),
    }
}

fn site(is_isolated: bool) -> Router {
    let isolation = if is_isolated { &ISOLATION[..] } else { &[] };
    let headers = ALWAYS.iter().chain(isolation);
    let files = Router::new().fallback_service(ServeDir::new(dist()));
    headers.fold(files, |site, (name, value)| {
        site.layer(SetResponseHeaderLayer::overriding(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        ))
    })
}
