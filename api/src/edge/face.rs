//! The face as a whole: the routes, and what every request passes before and after them.

use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use bytes::Bytes;

use super::pass::pass;
use crate::State;

/// Every route behind the edge. Copies share everything.
///
/// The edge is no layer of the router: a layer is boxed once more for every request of every route.
#[derive(Clone)]
pub struct Face {
    router: Router,
    state: Arc<State>,
    templates: Arc<matchit::Router<Arc<str>>>,
    elsewhere: Arc<str>,
}

/// What comes back, in time.
type Answered = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

impl Face {
    /// The face of `router`, whose documented paths are `templates`.
    pub(crate) fn new<'a>(
        router: Router,
        state: Arc<State>,
        templates: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut known = matchit::Router::new();
        for template in templates {
            known.insert(template, template.into()).expect("the router has taken the same paths");
        }
        Self { router, state, templates: Arc::new(known), elsewhere: "none".into() }
    }

    /// Answers a request from nowhere in particular.
    pub fn answer<B>(&self, request: Request<B>) -> Answered
    where
        B: axum::body::HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        self.answer_to(IpAddr::V4(Ipv4Addr::UNSPECIFIED), request)
    }

    /// Answers a request that came over this line.
    pub fn answer_to<B>(&self, line: IpAddr, request: Request<B>) -> Answered
    where
        B: axum::body::HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<axum::BoxError>,
    {
        let template = self.templates.at(request.uri().path());
        let route = template.map_or_else(|_| self.elsewhere.clone(), |found| found.value.clone());
        let (state, router) = (self.state.clone(), self.router.clone());
        let request = request.map(Body::new);
        Box::pin(async move { Ok(pass(&state, router, (route, line), request).await) })
    }
}

impl<B> hyper::service::Service<Request<B>> for Face
where
    B: axum::body::HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answered;

    fn call(&self, request: Request<B>) -> Answered {
        self.answer(request)
    }
}

impl fmt::Debug for Face {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Face").finish_non_exhaustive()
    }
}
